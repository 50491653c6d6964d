import { createHash } from 'node:crypto'
import { callerIdentity, trunkNumbers } from '@ringdown/contract'
import type { Flow, SipRequest, TransactionSnapshot } from '@ringdown/sip'
import { encodeUtf8, parseMessage } from '@ringdown/sip'
import { z } from 'zod'
import type { RtpSettings } from '../../../media/worker.port.ts'
import type { AudioPolicy } from '../audio.ts'
import type { CallerCheck } from '../identity/caller-check.rules.ts'
import { srtpSuites } from '../trunk-audio.ts'

/**
 * What a SIP leg is continued from after a restart. Chosen once, at arrival, but for `later`: the dialog follows from the INVITE
 * and our tag, the answer from the SDP in it and the port where the audio is. Holds the caller's number: stored sealed only.
 */
export type SipLegData = {
  version: 1
  /** The INVITE's server transaction in Proceeding, with the request and where it came from. */
  transaction: TransactionSnapshot
  localTag: string
  /** Session id of our SDP, the same in all descriptions of the dialog. */
  sessionId: string
  contact: string
  /** Id of the trunk that it came from; absent in what an older gateway wrote, as is `audio`. */
  trunk?: string
  /** What the dialog's descriptions may agree on, with our keys: a trunk that changes meanwhile does not change its calls. */
  audio?: AudioPolicy
  /** Where a carrier signed for the caller: what checking that needs beside the INVITE. */
  callerCheck?: CallerCheck
  /** Requests in its dialog go where its INVITE came from, whatever its Contact says: a telephone behind NAT knows no better. */
  overArrival?: true
  /** What is not as the first INVITE said any more. */
  later?: LaterTerms
}

/** What the far end last agreed on with us, and its Contact (RFC 3261 §12.2.2): new keys, another codec or place. */
export type LaterTerms = { settled: RtpSettings; target: string }

const audio = z.object({
  codecs: z.array(z.enum(['PCMU', 'PCMA', 'G722', 'opus'])).min(1),
  srtp: z
    .object({
      policy: z.enum(['optional', 'required']),
      keys: z.array(z.object({ suite: z.enum(srtpSuites), key: z.string().min(1) })).min(1),
    })
    .exactOptional(),
})

/** What we sealed is what we wrote: only that it is of the kind that this gateway writes is asked. */
const later = z.object({
  settled: z
    .looseObject({ codec: z.string(), payloadType: z.int(), peerHolds: z.boolean() })
    .transform(value => value as unknown as RtpSettings),
  target: z.string().min(1),
})

const flow = z.object({
  transport: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss']),
  address: z.string().min(1),
  port: z.int().min(0).max(65535),
  connection: z.string().exactOptional(),
})

const transaction = z.object({
  version: z.literal(1),
  id: z.string().min(1),
  state: z.enum(['proceeding', 'completed', 'confirmed', 'accepted']),
  request: z.string(),
  response: z.string().exactOptional(),
  flow,
  awaitingAck: z.boolean(),
})

const shape = z.object({
  version: z.literal(1),
  transaction,
  localTag: z.string().min(1),
  sessionId: z.string().regex(/^\d+$/),
  contact: z.string().min(1),
  trunk: z.string().min(1).exactOptional(),
  audio: audio.exactOptional(),
  callerCheck: z
    .object({
      numbers: trunkNumbers,
      trunkWord: callerIdentity.nullable(),
      onlyFrom: z.literal(true).exactOptional(),
    })
    .exactOptional(),
  overArrival: z.literal(true).exactOptional(),
  later: later.exactOptional(),
})

export const writeLegData = (data: SipLegData): string => JSON.stringify(data)

/** What `writeLegData` wrote, with the INVITE in it; undefined for anything else. Never throws. */
export function readLegData(text: string): { data: SipLegData; invite: SipRequest } | undefined {
  const data = shape.safeParse(parseJson(text)).data
  if (!data) return undefined
  const parsed = parseMessage(encodeUtf8(data.transaction.request), { transport: 'stream' })
  return parsed.ok && parsed.message.kind === 'request' ? { data, invite: parsed.message } : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The same INVITE is the same leg, also for a control that never saw it. Says nothing about the caller. */
export function legIdOf(transactionId: string, { address }: Flow): string {
  const hash = createHash('sha256').update(`${address}\0${transactionId}`).digest('base64url')
  return `sip-${hash.slice(0, 27)}`
}
