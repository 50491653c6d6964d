import type {
  Candidate,
  LocateEffect,
  LocateError,
  LocateInput,
  LocatePreferences,
  LocateState,
  Question,
  Uri,
} from '@ringdown/sip'
import { createDnsCache, createPenaltyBox, locate, startLocate } from '@ringdown/sip'
import type { Clock } from '../sip.port.ts'
import { askDns, type DnsAnswer, type DnsResolver } from './dns.ts'
import { transportLimits } from './transport-limits.rules.ts'

export type LocatorNeeds = {
  resolver: DnsResolver
  clock: Clock
  preferences?: LocatePreferences
  /** 0 up to, not including, 1: decides between SRV records of one priority. */
  random?: () => number
}

type Place = Omit<Candidate, 'serverName'>

/** Nobody can be reached at a URI. Its message holds no name. */
class LocateFailure extends Error {
  readonly code: LocateError

  constructor(code: LocateError) {
    super(code)
    this.name = 'LocateFailure'
    this.code = code
  }
}

const everything: LocatePreferences = {
  transports: ['udp', 'tcp', 'tls', 'ws', 'wss'],
  families: ['A', 'AAAA'],
}

const cacheOptions = { limit: 5_000, maxTtlMs: 3_600_000 }
const penalties = { limit: 5_000, baseMs: 30_000, maxMs: 600_000 }

/** Finds where to send what is for a URI (RFC 3263), remembers answers of DNS, and avoids places that failed for a while. */
export function createLocator({
  resolver,
  clock,
  preferences = everything,
  random = Math.random,
}: LocatorNeeds) {
  const cache = createDnsCache(cacheOptions)
  const box = createPenaltyBox(penalties)
  const asking = new Map<string, Promise<DnsAnswer>>()

  /** The same question of several calls is asked once. */
  async function answerTo(question: Question): Promise<DnsAnswer['outcome']> {
    const known = cache.get(question, clock.now())
    if (known) return known
    const key = `${question.kind} ${question.name}`
    const asked = asking.get(key) ?? askDns(resolver, question).finally(() => asking.delete(key))
    asking.set(key, asked)
    const { outcome, ttlMs } = await asked
    cache.put({ question, outcome, ttlMs, now: clock.now() })
    return outcome
  }

  return {
    /** Where to send, in order, those that failed lately last. Rejects with {@link LocateFailure}. */
    async locate(uri: Uri, limited: LocatePreferences = preferences): Promise<readonly Candidate[]> {
      const found = await runLocation({ uri, preferences: limited, random, clock, answerTo })
      return box.order(found, clock.now())
    },
    /** Whether it failed lately, and may not be there yet. */
    isAvoided: (place: Place): boolean => box.isAvoided(place, clock.now()),
    /** Nothing could be delivered there. `forMs`: the Retry-After of its 503. */
    failed(place: Place, forMs?: number): void {
      box.failed({ place, now: clock.now(), ...(forMs === undefined ? {} : { forMs }) })
    },
    /** It took what was sent. */
    answered(place: Place): void {
      box.answered(place)
    },
  }
}

export type Locator = ReturnType<typeof createLocator>

function runLocation({
  uri,
  preferences,
  random,
  clock,
  answerTo,
}: {
  uri: Uri
  preferences: LocatePreferences
  random: () => number
  clock: Clock
  answerTo(question: Question): Promise<DnsAnswer['outcome']>
}): Promise<readonly Candidate[]> {
  return new Promise((resolve, reject) => {
    let state: LocateState = { name: 'done' }
    const stop = clock.after(transportLimits.locateMs, () => step({ type: 'time out' }))

    function step(input: LocateInput): void {
      if (state.name === 'done') return
      const next = locate(state, input)
      state = next.state
      carryOut(next.effects)
    }

    function carryOut(effects: readonly LocateEffect[]): void {
      for (const effect of effects) {
        if (effect.type === 'query') {
          const { question } = effect
          void answerTo(question).then(outcome => step({ type: 'outcome', question, outcome, random }))
        }
        if (effect.type === 'located') resolve(effect.candidates)
        if (effect.type === 'failed') reject(new LocateFailure(effect.error))
        if (effect.type === 'located' || effect.type === 'failed') stop()
      }
    }

    const first = startLocate({ uri, preferences })
    state = first.state
    carryOut(first.effects)
  })
}
