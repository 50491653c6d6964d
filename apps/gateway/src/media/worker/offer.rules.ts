import type { RtpCodec } from '../worker.port.ts'
import type { Format } from './inlet.ts'

export type Offer = {
  mid: string
  /** Of all codecs that both sides speak, the most wanted first: either may send any of them at any time. */
  formats: readonly [Format<RtpCodec>, ...Format<RtpCodec>[]]
  /** The offer without what node-datachannel stumbles over. */
  sdp: string
}

export type ReadOffer = { ok: true; offer: Offer } | { ok: false; message: string }

/**
 * In order of preference: what most callers speak and what costs least to make here comes first. Static payload types of
 * RFC 3551 §6 need no rtpmap; G.722 counts 8000 ticks (§4.5.2), Opus 48000 and two channels whatever it carries (RFC 7587 §7).
 */
const codecs: readonly { codec: RtpCodec; encoding: string; clockRate: number; staticType?: number }[] = [
  { codec: 'PCMU', encoding: 'PCMU/8000', clockRate: 8000, staticType: 0 },
  { codec: 'PCMA', encoding: 'PCMA/8000', clockRate: 8000, staticType: 8 },
  { codec: 'G722', encoding: 'G722/8000', clockRate: 8000, staticType: 9 },
  { codec: 'opus', encoding: 'opus/48000/2', clockRate: 48_000 },
]

const required = ['a=ice-ufrag:', 'a=ice-pwd:', 'a=fingerprint:', 'a=rtcp-mux']

/** Reads a browser's offer of one audio line (RFC 8866, RFC 8829) and picks the codecs. */
export function readOffer(sdp: string): ReadOffer {
  const lines = sdp.split(/\r?\n/).filter(line => line !== '')
  const media = lines.filter(line => line.startsWith('m='))
  const [audio] = media
  if (audio === undefined || media.length !== 1) return refuse('an offer has exactly one media line')
  const words = /^m=audio \d+ UDP\/TLS\/RTP\/SAVPF((?: \d+)+)$/.exec(audio)
  if (words === null) return refuse('the media line is not audio over UDP/TLS/RTP/SAVPF')
  const mid = textAfter(lines, 'a=mid:')
  if (mid === undefined) return refuse('there is no a=mid')
  const missing = required.find(prefix => !lines.some(line => line.startsWith(prefix)))
  if (missing !== undefined) return refuse(`there is no ${missing.replace(':', '')}`)
  const [first, ...others] = commonFormats(words[1]!.trim().split(' ').map(Number), lines)
  if (first === undefined) return refuse('none of our codecs is offered')
  const cleaned = `${lines.filter(isUsable).join('\r\n')}\r\n`
  return { ok: true, offer: { mid, formats: [first, ...others], sdp: cleaned } }
}

export type AnswerOptions = {
  answer: string
  formats: Offer['formats']
  /** An address by which browsers reach this machine where it is not its own. */
  publicIp: string | undefined
  port: number
}

/** Corrects node-datachannel's answer and adds the public address as a candidate of its own. */
export function completeAnswer({ answer, formats, publicIp, port }: AnswerOptions): string {
  const lines = answer.split(/\r?\n/).filter(line => line !== '' && line !== 'a=end-of-candidates')
  const corrected = lines.map(line => correctEvents(line, formats))
  const known = corrected.some(line => line.startsWith('a=candidate:') && line.includes(` ${publicIp} `))
  // RFC 8445 §5.1.2.1: type preference 126 (host), local preference below the machine's own addresses.
  const candidate = `a=candidate:2 1 UDP 2113929471 ${publicIp} ${port} typ host`
  const added = publicIp === undefined || known ? [] : [candidate]
  return `${[...corrected, ...added, 'a=end-of-candidates'].join('\r\n')}\r\n`
}

/** node-datachannel gives telephone-event the clock and the channels of Opus. */
function correctEvents(line: string, formats: Offer['formats']): string {
  const events = /^a=rtpmap:(\d+) telephone-event\//.exec(line)
  const format = events && formats.find(({ telephoneEvent }) => telephoneEvent === Number(events[1]))
  return format ? `a=rtpmap:${format.telephoneEvent} telephone-event/${format.clockRate}` : line
}

function commonFormats(offered: readonly number[], lines: readonly string[]): Format<RtpCodec>[] {
  return codecs.flatMap(({ codec, encoding, clockRate, staticType }) => {
    const payloadType = payloadTypeOf(encoding, lines) ?? staticType
    if (payloadType === undefined || !offered.includes(payloadType)) return []
    // RFC 4733 §2.1: events have the clock of the audio beside them.
    const event = payloadTypeOf(`telephone-event/${clockRate}`, lines)
    const telephoneEvent = event !== undefined && offered.includes(event) ? event : undefined
    return { codec, clockRate, payloadType, telephoneEvent }
  })
}

function payloadTypeOf(encoding: string, lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const match = /^a=rtpmap:(\d+) ([^ ]+)$/.exec(line)
    const name = match?.[2]?.replace(/\/1$/, '').toLowerCase()
    if (match !== null && name === encoding.toLowerCase()) return Number(match[1])
  }
  return undefined
}

// node-datachannel refuses transport-cc feedback. A browser's candidates are not needed: we have only host addresses, so
// it must reach us first, and is answered where its check came from (peer-reflexive, RFC 8445 §7.3.1.3). Checking them
// would send packets to whatever an offer names, and measured slower: a DTLS hello that comes too early is lost for 1 s.
function isUsable(line: string): boolean {
  return !line.startsWith('a=rtcp-fb:') && !line.startsWith('a=candidate:') && line !== 'a=end-of-candidates'
}

function textAfter(lines: readonly string[], prefix: string): string | undefined {
  return lines.find(line => line.startsWith(prefix))?.slice(prefix.length)
}

function refuse(message: string): ReadOffer {
  return { ok: false, message }
}
