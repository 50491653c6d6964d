import { randomInt } from 'node:crypto'
import type { CallState, Calls } from '../calls/index.ts'
import { createDeskLegsRepository } from '../carriers/devices/index.ts'
import { createDeskLines, deskPlanOf } from '../legs/desk/index.ts'
import { audioPolicyOf, type ContactBook, newToken, type SipDriver } from '../legs/sip/index.ts'
import type { Logger } from '../logging/index.ts'
import type { MediaPort } from '../media/index.ts'
import type { Metrics } from '../operations/index.ts'
import { deskWishesOf, type OperatorLines } from '../queues/index.ts'
import { legSeal } from './leg-seal.ts'
import type { Ground } from './open-ground.ts'
import { isUnserved } from './unserved.ts'

/** The call decides how long it rings; a telephone whose call was forgotten stops by itself. ms */
const ringLimitMs = 120_000

/** What telephones speak, the cheapest first: callers speak G.711, and what both speak is passed on untouched. */
const codecs = ['PCMU', 'PCMA', 'G722'] as const

/** Desk phones ring and talk as the calls want them to. */
export function composeDeskLines(order: {
  ground: Ground
  calls: Calls
  sip: SipDriver
  media: MediaPort
  contacts: ContactBook
  operatorLines: OperatorLines
  metrics: Metrics
  log: Logger
}) {
  const { ground, calls, sip, media, contacts, operatorLines, metrics, log } = order
  const desk = createDeskLines({
    driver: sip,
    media,
    contactsOf: member => contacts.contactsOf(member),
    planOf: ({ reach, title }) =>
      deskPlanOf({
        reach,
        title,
        host: sip.ownAddress(reach.flow).host,
        // Keys are worth something only where nobody else reads them.
        audio: audioPolicyOf({ codecs: [...codecs], encryption: isSecret(reach.flow) ? 'optional' : 'none' }),
        ringLimitMs,
        newToken,
        sessionId: String(randomInt(1, 2 ** 31)),
      }),
    store: createDeskLegsRepository({
      sql: ground.database.engine,
      seal: legSeal(ground),
      node: ground.node,
    }),
    reports: reportsTo(calls),
    newToken,
    onFailed(what, error) {
      if (isUnserved(error)) return
      metrics.failures.inc({ what: 'desk phone' })
      log.error({ what, err: error }, 'something failed at a desk phone')
    },
  })

  const follow = (state: CallState) =>
    desk.follow({
      call: state.facts.call,
      organization: state.facts.organization,
      worker: state.facts.media.worker,
      title: state.facts.queue.name,
      wishes: deskWishesOf(state, operatorLines.usesPhone),
      isAnswered: 'line' in state,
    })
  calls.onChange(({ after }) => follow(after))

  return {
    restore: () => desk.restore(),
    /** The calls of a former control were taken up: their telephones follow, others are let go. */
    restored() {
      const open = calls.list()
      for (const state of open) follow(state)
      desk.restored(new Set(open.map(({ facts }) => facts.call)))
    },
  }
}

const isSecret = ({ transport }: { transport: string }): boolean => transport === 'tls' || transport === 'wss'

function reportsTo(calls: Calls): Parameters<typeof createDeskLines>[0]['reports'] {
  const tell = async (call: string, input: Parameters<Calls['tell']>[1]) =>
    void (await calls.tell(call, input))
  return {
    async pickedUp({ call, operator, line }) {
      const told = await calls.tell(call, { type: 'accepted', operator, line })
      if (told === 'taken') return true
      // A control that died may have journaled it before the telephone heard so.
      const state = calls.get(call)
      return state?.type === 'connected' && state.line.endpoint === line.endpoint
    },
    declined: ({ call, operator }) => tell(call, { type: 'declined', operator }),
    hungUp: ({ call, operator }) => tell(call, { type: 'operator hung up', operator }),
    held: ({ call, operator, isHeld }) => tell(call, { type: isHeld ? 'hold' : 'resume', operator }),
    away: ({ call, operator }) => tell(call, { type: 'operator away', operator }),
    back: ({ call, operator, line }) => tell(call, { type: 'operator back', operator, line }),
  }
}
