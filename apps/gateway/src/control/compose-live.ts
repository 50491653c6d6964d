import type { IncomingMessage } from 'node:http'
import type { Accounts } from '../accounts/index.ts'
import { type Calls, systemClock } from '../calls/index.ts'
import { createLines } from '../legs/browser/index.ts'
import type { ContactBook } from '../legs/sip/index.ts'
import {
  createBoards,
  createCommands,
  createHub,
  createLiveRepository,
  createLiveSocket,
  createPresence,
} from '../live/index.ts'
import type { Logger } from '../logging/index.ts'
import type { MediaPort } from '../media/index.ts'
import type { Metrics } from '../operations/index.ts'
import type { CallerId } from '../privacy/index.ts'
import {
  createDispatch,
  createLineWarmth,
  createOperatorLines,
  createOperatorsRepository,
} from '../queues/index.ts'
import type { composeOutbound } from './compose-outbound.ts'
import type { Ground } from './open-ground.ts'
import { connectSwitchboard } from './switchboard.ts'
import { isUnserved } from './unserved.ts'
import { watchAudio } from './watch-audio.ts'

/** Operators: their pages, lines and offers, around the call engine. */
export function composeLive(order: {
  ground: Ground
  calls: Calls
  isSpooling: () => boolean
  media: MediaPort
  metrics: Metrics
  publicUrl: string
  /** Registered desk phones. */
  contacts: Pick<ContactBook, 'contactsOf' | 'onChange'>
  dial: ReturnType<typeof composeOutbound>
  log: Logger
}) {
  const { ground, calls, media, metrics, contacts, log } = order
  const { engine } = ground.database
  const operators = createOperatorsRepository(engine)
  const isDatabaseAway = () => order.isSpooling() || ground.database.isAway()
  const failed = (what: string) => (error: unknown) => {
    if (isUnserved(error)) return
    metrics.failures.inc({ what })
    log.error({ err: error, what }, 'something failed')
  }
  const dispatch = createDispatch({
    calls,
    operators,
    clock: systemClock,
    isHalted: isDatabaseAway,
    onFailed: failed('dispatch'),
  })
  const boards = createBoards({
    calls,
    operators,
    repository: createLiveRepository(engine),
    masks: (organization, callers) => masksOf(ground, organization, callers),
    names: organization => ground.accounts.namesOf(organization),
    now: Date.now,
  })
  const hub = createHub({
    boards,
    reached: ({ id, organization }) => ({
      line: lines.view(id),
      deskPhone: {
        answers: operatorLines.usesPhone(id),
        registered: phonesOf({ organization, member: id }),
      },
    }),
    onFailed: failed('pages'),
  })
  const organizations = new Map<string, string>()
  const warmth = createLineWarmth({
    operators,
    clock: systemClock,
    onFailed: failed('line warmth'),
    onChanged(organization) {
      hub.changed(organization)
      void dispatch.kick(organization)
    },
  })
  const phonesOf = (member: { organization: string; member: string }) => contacts.contactsOf(member).length
  const operatorLines = createOperatorLines({
    operators,
    hasPhone: member => phonesOf(member) > 0,
    setWarm: (organization, operator, warm) => warmth.set(organization, operator, warm),
  })
  contacts.onChange(({ organization, member }) => {
    operatorLines.phonesChanged({ organization, operator: member })
    hub.changed(organization)
  })
  const lines = createLines({
    media,
    clock: systemClock,
    hasPage: operator => hub.has(operator),
    send: (operator, message) => hub.send(operator, message),
    onChanged(operator) {
      const organization = organizations.get(operator)
      if (organization !== undefined) hub.changed(organization)
    },
    onWarm(operator, warm) {
      const organization = organizations.get(operator)
      if (organization !== undefined) operatorLines.browserIs({ organization, operator }, warm)
    },
    onReady: (operator, line) => void presence.lineReady(operator, line),
    onLost: operator => void presence.lineLost(operator),
  })
  const presence = createPresence({
    calls,
    lines,
    media,
    hasPage: operator => hub.has(operator),
    usesPhone: operatorLines.usesPhone,
    after: (ms, due) => void setTimeout(due, ms),
  })
  const carryOut = createCommands({
    calls,
    lines,
    media,
    operators,
    kick: organization => dispatch.kick(organization),
    changed: organization => hub.changed(organization),
    setMuted: (operator, muted) => void (muted ? boards.muted.add(operator) : boards.muted.delete(operator)),
    isDatabaseAway,
    deskPhones: {
      usesPhone: operatorLines.usesPhone,
      canBeReached: ({ organization, operator }) => phonesOf({ organization, member: operator }) > 0,
      answerWith: operatorLines.choose,
    },
    dial: order.dial,
  })
  const socket = createLiveSocket({
    sessionOf: async headers => {
      const session = await sessionOf(ground.accounts, headers)
      if (session) organizations.set(session.user.id, session.organization.id)
      return session
    },
    isOwnOrigin: request => isOwnOrigin(request, order.publicUrl),
    carryOut,
    hub,
    presence,
    counters: { refused: why => metrics.live.inc({ why }) },
    onFailed: failed('command'),
  })
  connectSwitchboard({ calls, dispatch, lines, hub, boards, metrics })
  watchAudio({ calls, media, boards, changed: hub.changed })
  return { operators, operatorLines, dispatch, hub, lines, warmth, socket, presence, organizations }
}

async function masksOf(
  ground: Ground,
  organization: string,
  callers: string[],
): Promise<Map<string, string>> {
  const masks = new Map<string, string>()
  for (const caller of callers) {
    const mask = await ground.privacy.maskOf({ organization, caller: caller as CallerId })
    if (mask !== undefined) masks.set(caller, mask)
  }
  return masks
}

async function sessionOf(accounts: Accounts, given: IncomingMessage['headers']) {
  const headers = new Headers()
  if (given.cookie) headers.set('cookie', given.cookie)
  const session = await accounts.sessionOf(headers)
  return session && { user: session.user, organization: session.organization, role: session.role }
}

/** A page of this gateway, whichever of our names it was opened under. Programs that are no browsers send no Origin. */
function isOwnOrigin(request: IncomingMessage, publicUrl: string): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return true
  return origin === new URL(publicUrl).origin || (host !== undefined && URL.parse(origin)?.host === host)
}
