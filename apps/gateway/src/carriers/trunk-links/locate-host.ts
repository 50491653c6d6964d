import { lookup, Resolver } from 'node:dns/promises'
import type { TrunkHost } from '@ringdown/contract'
import {
  type DnsRecord,
  type Flow,
  type LocatePreferences,
  type LocateStep,
  locate,
  type Outcome,
  parseUri,
  type Question,
  startLocate,
} from '@ringdown/sip'
import type { LinkClock } from './trunk-links.port.ts'
import { locationUri } from './trunk-requests.rules.ts'

/** Longer than this nobody waits for DNS: what is known by then is used. ms */
const patienceMs = 5_000

/** Answers of DNS that say: there is nothing of this kind. */
const noneCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

/** Finds the places of a host (RFC 3263) through the system's resolver. */
export function createLocateHost(needs: {
  preferences: LocatePreferences
  clock: LinkClock
  random(): number
}) {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })

  return (host: TrunkHost): Promise<readonly Flow[]> => {
    const uri = parseUri(locationUri(host))
    if (!uri) return Promise.resolve([])
    return new Promise(resolve => {
      const first = startLocate({ uri, preferences: needs.preferences })
      let { state } = first
      const stopWaiting = needs.clock.after(patienceMs, () => follow(locate(state, { type: 'time out' })))

      function follow(step: LocateStep): void {
        state = step.state
        for (const effect of step.effects) {
          if (effect.type === 'query') void ask(effect.question)
          if (effect.type === 'located') finish(effect.candidates)
          if (effect.type === 'failed') finish([])
        }
      }

      async function ask(question: Question): Promise<void> {
        const outcome = await outcomeOf(question, resolver)
        if (state.name === 'asking')
          follow(locate(state, { type: 'outcome', question, outcome, random: needs.random }))
      }

      function finish(candidates: readonly Flow[]): void {
        stopWaiting()
        resolve(candidates.map(({ transport, address, port }) => ({ transport, address, port })))
      }

      follow(first)
    })
  }
}

async function outcomeOf(question: Question, resolver: Resolver): Promise<Outcome> {
  try {
    return { type: 'records', records: await recordsOf(question, resolver) }
  } catch (error) {
    return { type: noneCodes.has((error as NodeJS.ErrnoException).code ?? '') ? 'none' : 'failed' }
  }
}

async function recordsOf({ kind, name }: Question, resolver: Resolver): Promise<DnsRecord[]> {
  if (kind === 'NAPTR') return (await resolver.resolveNaptr(name)).map(record => ({ kind, ...record }))
  if (kind === 'SRV')
    return (await resolver.resolveSrv(name)).map(({ name: target, ...record }) => ({
      kind,
      target,
      ...record,
    }))
  // As every other program of this machine finds addresses, its hosts file included.
  const found = await lookup(name, { family: kind === 'A' ? 4 : 6, all: true })
  return found.map(({ address }) => ({ kind, address }))
}
