import type { CallState, Calls } from '../calls/index.ts'
import type { Lines } from '../legs/browser/index.ts'
import type { MediaPort } from '../media/worker.port.ts'
import type { Person } from './commands.usecases.ts'

export type PresenceNeeds = {
  calls: Pick<Calls, 'tell' | 'list'>
  lines: Lines
  media: Pick<MediaPort, 'command'>
  hasPage(operator: string): boolean
  /** Whoever answers with a desk phone needs neither a page nor a line of its own. */
  usesPhone(operator: string): boolean
  after(ms: number, due: () => void): void
}

/** A page that says goodbye (reload, closed tab) or one whose connection merely broke. RFC 6455 §7.4.1. */
const abnormalClosure = 1006

/** A browser that still talks sends a packet every 20 ms. */
const audioFlowsWithinMs = 400
const judgeAfterMs = 600
/** Within this time the pages are back after a restart of control. */
const pagesBackMs = 3_000

/**
 * What an operator's page that comes or goes means for their calls. A page that was left takes its audio with it:
 * the caller gets music at once. When only the socket broke while the audio still flows, two people go on talking.
 */
export function createPresence(needs: PresenceNeeds) {
  const { calls, lines } = needs

  function callsOf(operator: string): CallState[] {
    return calls.list().filter(c => isWith(c, operator))
  }

  async function away(operator: string) {
    if (needs.usesPhone(operator)) return
    for (const call of callsOf(operator)) {
      const input = call.type === 'offered' ? 'offer withdrawn' : 'operator away'
      await calls.tell(call.facts.call, { type: input, operator })
    }
  }

  async function stillSpeaks(operator: string): Promise<boolean> {
    const end = lines.endOf(operator)
    const answer = end && (await needs.media.command(end.worker, { type: 'snapshot' }).catch(() => undefined))
    if (!end || !answer?.ok || answer.type !== 'snapshot') return false
    const stats = answer.endpoints.find(e => e.endpoint === end.endpoint)?.stats
    return stats !== undefined && stats.silentForMs !== null && stats.silentForMs <= audioFlowsWithinMs
  }

  /** Without a page nobody can be rung, and nobody holds a call; a talk goes on while it is heard. */
  async function judge(operator: string) {
    const talks = callsOf(operator).some(isSpokenInto)
    if (!talks || !(await stillSpeaks(operator))) await away(operator)
  }

  return {
    pageCame: (person: Person) => lines.socketBack(person.operator),

    pageLeft(person: Person, code: number) {
      const { operator } = person
      lines.socketGone(operator)
      const talks = callsOf(operator).some(isSpokenInto)
      if (code !== abnormalClosure || !talks) return void away(operator)
      needs.after(judgeAfterMs, async () => {
        if (!needs.hasPage(operator)) await judge(operator)
      })
    },

    /** A former control's calls were taken up: whose page does not come back is judged as if its socket broke. */
    restored() {
      const people = new Set(calls.list().flatMap(call => peopleOf(call)))
      needs.after(pagesBackMs, async () => {
        for (const operator of people) if (!needs.hasPage(operator)) await judge(operator)
      })
    },

    lineLost: (operator: string) => away(operator),

    /** The operator can be heard (again): a parked call is theirs to go on with. */
    async lineReady(operator: string, line: { worker: number; endpoint: string }) {
      if (needs.usesPhone(operator)) return
      for (const call of callsOf(operator)) {
        if (call.type === 'offered') continue
        await calls.tell(call.facts.call, { type: 'operator back', operator, line })
      }
    },
  }
}

export type Presence = ReturnType<typeof createPresence>

/** The operator's microphone is open: they talk, or wait for the far end to answer. */
function isSpokenInto(call: CallState): boolean {
  return call.type === 'connected' || call.type === 'dialing'
}

function isWith(call: CallState, operator: string): boolean {
  return peopleOf(call).includes(operator)
}

/** Whom a call rings, or who has it. */
function peopleOf(call: CallState): string[] {
  if (call.type === 'offered') return call.offers.map(o => o.operator)
  return 'operator' in call && call.type !== 'wrapping' ? [call.operator] : []
}
