import { z } from 'zod'
import type { ToWorker, WorkerAnswer, WorkerCommand } from '../worker.port.ts'

const id = z.string().min(1).max(200)
const port = z.int().min(1).max(65535)
const address = z.object({ address: z.union([z.ipv4(), z.ipv6()]), port })
const payloadType = z.int().min(0).max(127)

const base64Key = (bytes: number) =>
  z
    .string()
    .length(4 * Math.ceil(bytes / 3))
    .regex(/^[A-Za-z0-9+/]+={0,2}$/)
const mki = z.object({ value: z.int().min(0).max(0xffff_ffff), length: z.int().min(1).max(4) })
const keyed = (bytes: number) => ({
  local: base64Key(bytes),
  remote: base64Key(bytes),
  remoteMki: mki.exactOptional(),
})
// RFC 4568 §6.2, RFC 7714 §14.2: bytes of master key and salt.
const srtp = z.discriminatedUnion('suite', [
  z.object({ suite: z.literal('AES_CM_128_HMAC_SHA1_80'), ...keyed(30) }),
  z.object({ suite: z.literal('AES_CM_128_HMAC_SHA1_32'), ...keyed(30) }),
  z.object({ suite: z.literal('AEAD_AES_256_GCM'), ...keyed(44) }),
])

const codec = z.enum(['PCMU', 'PCMA', 'G722', 'opus'])
const settings = z.object({
  codec,
  payloadType,
  alternatives: z.array(z.object({ codec, payloadType })).max(20).exactOptional(),
  telephoneEvent: payloadType.exactOptional(),
  ptime: z.int().min(10).max(60).exactOptional(),
  remote: address,
  remoteRtcpPort: port.exactOptional(),
  rtcpMux: z.boolean().exactOptional(),
  srtp: srtp.exactOptional(),
  peerHolds: z.boolean(),
})

const milliseconds = z.int().min(0).max(3_600_000)
const item = z.discriminatedUnion('type', [
  z.object({ type: z.literal('clip'), name: z.string().max(200) }),
  z.object({ type: z.literal('silence'), ms: milliseconds }),
  z.object({ type: z.literal('tone'), tone: z.enum(['ringback', 'rejoin']), ms: milliseconds }),
  z.object({ type: z.literal('music') }),
])

const source = z.discriminatedUnion('type', [
  z.object({ type: z.literal('nothing') }),
  z.object({ type: z.literal('playlist'), playlist: id, items: z.array(item).max(200) }),
  z.object({ type: z.literal('endpoint'), endpoint: id }),
  z.object({ type: z.literal('mix'), endpoints: z.array(id).max(50) }),
])

const command = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open rtp'), endpoint: id, call: id, port: port.exactOptional(), settings }),
  z.object({ type: z.literal('update rtp'), endpoint: id, settings }),
  z.object({ type: z.literal('open webrtc'), endpoint: id, owner: id, offer: z.string().max(100_000) }),
  z.object({ type: z.literal('accept stream'), stream: id, endpoint: id, call: id }),
  z.object({ type: z.literal('refuse stream'), stream: id, reason: z.string().max(1000) }),
  z.object({ type: z.literal('hear'), endpoint: id, source }),
  z.object({ type: z.literal('probe'), endpoint: id, probe: id, packets: z.int().min(1).max(500) }),
  z.object({
    type: z.literal('send digits'),
    endpoint: id,
    digits: z
      .string()
      .max(100)
      .regex(/^[0-9*#A-D]*$/),
  }),
  z.object({ type: z.literal('close'), endpoint: id }),
  z.object({ type: z.literal('snapshot') }),
])

const envelope = z.object({ id: z.int(), command: z.unknown().optional() })

export type ReadCommand =
  | { ok: true; message: ToWorker }
  /** `id` is 0 where the line did not even name one. */
  | { ok: false; id: number; answer: WorkerAnswer }

/** Reads one line of the worker's socket. The message of a refusal names places, never values. */
export function readCommand(line: string): ReadCommand {
  const outer = envelope.safeParse(parseJson(line))
  if (!outer.success) return malformed(0, 'not a message with an id and a command')
  const inner = command.safeParse(outer.data.command)
  if (!inner.success) {
    const places = inner.error.issues.map(issue => issue.path.join('.') || 'type')
    return malformed(outer.data.id, `not usable: ${[...new Set(places)].join(', ')}`)
  }
  const read: WorkerCommand = inner.data
  return { ok: true, message: { id: outer.data.id, command: read } }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function malformed(commandId: number, message: string): ReadCommand {
  return { ok: false, id: commandId, answer: { ok: false, code: 'command.malformed', message } }
}
