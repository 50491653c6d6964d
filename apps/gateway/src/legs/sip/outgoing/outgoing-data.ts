import type { Flow, Outgoing } from '@ringdown/sip'
import { z } from 'zod'
import type { RtpSettings } from '../../../media/worker.port.ts'
import type { LegEndCause, LegId, LegMedia } from '../../leg.port.ts'
import { newToken } from '../new-token.ts'
import { srtpSuites } from '../trunk-audio.ts'
import type { OutgoingPlan } from './outgoing.port.ts'

/** How far a leg has come, once it was dialled. */
export type OutgoingProgress = {
  /** Which target of the plan its INVITE went to, and where that was found. */
  way: { target: number; flow: Flow }
  /** ms since the epoch. */
  dialledAt: number
  media: LegMedia
  audio: AudioMemory
  /** As `packages/sip` stores it; absent: its first INVITE may or may not be out. */
  call?: Outgoing
  /** It is over, and whether anybody heard of it is not known. */
  ended?: LegEndCause
}

/** What was described and agreed on in the dialog. */
export type AudioMemory = {
  /** Our address in our descriptions. */
  address: string
  /** Number and text of our last one. */
  version: number
  last: string
  settled: RtpSettings | null
}

/** What an outgoing leg is continued from after a restart. Holds numbers and keys: stored sealed only. */
export type OutgoingData = { version: 1; direction: 'out'; plan: OutgoingPlan; progress?: OutgoingProgress }

const header = z.object({ name: z.string().min(1), value: z.string() })

const flow = z.object({
  transport: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss']),
  address: z.string().min(1),
  port: z.int().min(0).max(65535),
  connection: z.string().exactOptional(),
  serverName: z.string().exactOptional(),
})

const token = z.string().regex(/^[A-Za-z0-9]+$/)

const plan = z.object({
  version: z.literal(1),
  targets: z
    .array(
      z.object({
        uri: z.string().min(1),
        routes: z.array(z.string()),
        credentialsFor: z.string().min(1).nullable(),
      }),
    )
    .min(1),
  from: z.string().min(1),
  to: z.string().min(1),
  contactUser: z.string().min(1),
  headers: z.array(header),
  audio: z.object({
    codecs: z.array(z.enum(['PCMU', 'PCMA', 'G722', 'opus'])).min(1),
    srtp: z
      .object({
        policy: z.enum(['optional', 'required']),
        keys: z.array(z.object({ suite: z.enum(srtpSuites), key: z.string().min(1) })).min(1),
      })
      .exactOptional(),
  }),
  sessionId: z.string().regex(/^\d+$/),
  callId: z.string().min(1),
  localTag: z.string().min(1),
  branch: token,
  trunk: z.string().min(1).nullable(),
  flow: flow.nullable(),
  ringLimitMs: z.number().positive(),
  redirects: z.int().min(0),
}) satisfies z.ZodType<OutgoingPlan>

/** What we sealed is what we wrote: only that it is of the kind that this gateway writes is asked. */
const progress = z
  .looseObject({ way: z.looseObject({ target: z.int().min(0), flow }), dialledAt: z.number() })
  .refine(({ call }) => call === undefined || isCall(call))
  .transform(value => value as unknown as OutgoingProgress)

const isCall = (call: unknown): boolean =>
  z.looseObject({ version: z.literal(1), kind: z.literal('outgoing') }).safeParse(call).success

const shape = z.object({
  version: z.literal(1),
  direction: z.literal('out'),
  plan,
  progress: progress.exactOptional(),
})

export const writeOutgoing = (data: OutgoingData): string => JSON.stringify(data)

/** What `writeOutgoing` wrote; undefined for anything else. Never throws. */
export function readOutgoing(text: string): OutgoingData | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

export const newOutgoingLegId = (): LegId => `sip-out-${newToken()}`
