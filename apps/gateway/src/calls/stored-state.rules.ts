import { callerIdentity, ending } from '@ringdown/contract'
import { z } from 'zod'
import type { CallState } from './call.state.ts'
import { callStateVersion } from './call.state.ts'

/**
 * A state as an entry holds it, made readable for this gateway. Older schema versions are lifted here, one step per version.
 * undefined: a newer gateway than this one wrote it, or it is damaged.
 */
export function readState(version: number, stored: unknown): CallState | undefined {
  return version > callStateVersion ? undefined : callState.safeParse(stored).data
}

/** ms since the epoch. */
const time = z.number()
const operator = z.string()
const line = z.object({ worker: z.number(), endpoint: z.string() })

const facts = z.object({
  call: z.string(),
  organization: z.string(),
  // Entries from before calls went out say nothing of it.
  direction: z.enum(['in', 'out']).default('in'),
  number: z.string(),
  caller: z.string(),
  // Entries from before identities were checked say nothing of them.
  identity: callerIdentity.or(z.literal('checking')).nullable().default(null),
  queue: z.object({
    id: z.string(),
    name: z.string(),
    language: z.string(),
    greeting: z.string(),
    waitLimitMs: z.number(),
    ringMs: z.number(),
    wrapUpMs: z.number(),
    returnLimitMs: z.number(),
  }),
  leg: z.object({ id: z.string(), kind: z.enum(['sip', 'stream']) }),
  media: z.object({
    state: z.enum(['opening', 'up', 'lost']),
    worker: z.number(),
    endpoint: z.string(),
    port: z.number().nullable(),
    since: time,
  }),
  arrivedAt: time,
  answeredAt: time.nullable(),
})

const waiting = {
  facts,
  queuedAt: time,
  deadline: time,
  announcement: z.object({ number: z.number(), position: z.number().nullable(), staffed: z.boolean() }),
  passed: z.array(z.object({ operator, until: time })),
}
const talking = { facts, operator, joinedAt: time }
const was = z.enum(['connected', 'held'])

const callState: z.ZodType<CallState> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('arriving'), facts, deadline: time }),
  z.object({
    type: z.literal('dialing'),
    facts,
    operator,
    line,
    dialledAt: time,
    deadline: time,
    progress: z.enum(['calling', 'ringing', 'early media']),
  }),
  z.object({ type: z.literal('flow'), facts, step: z.literal('greeting'), deadline: time }),
  z.object({ type: z.literal('queued'), ...waiting }),
  z.object({
    type: z.literal('offered'),
    ...waiting,
    offers: z.array(z.object({ operator, ringsUntil: time })),
  }),
  z.object({ type: z.literal('connected'), ...talking, line }),
  z.object({ type: z.literal('held'), ...talking, line, heldAt: time }),
  z.object({ type: z.literal('parked'), ...talking, parkedAt: time, deadline: time, was }),
  z.object({ type: z.literal('leaving'), facts, clip: z.string(), ending, deadline: time }),
  z.object({ type: z.literal('wrapping'), facts, operator, ending, endedAt: time, deadline: time }),
  z.object({ type: z.literal('ended'), facts, ending, endedAt: time }),
])
