import type { AudioCodec } from '../worker.port.ts'
import type { Format } from './inlet.ts'

export type Offer = {
  mid: string
  format: Format
  /** The offer without what node-datachannel stumbles over. */
  sdp: string
}

export type ReadOffer = { ok: true; offer: Offer } | { ok: false; message: string }

/** In order of preference; static payload types of RFC 3551 §6 need no rtpmap. */
const codecs: readonly { codec: AudioCodec; staticType: number }[] = [
  { codec: 'PCMU', staticType: 0 },
  { codec: 'PCMA', staticType: 8 },
]

const required = ['a=ice-ufrag:', 'a=ice-pwd:', 'a=fingerprint:', 'a=rtcp-mux']

/** Reads a browser's offer of one audio line (RFC 8866, RFC 8829) and picks the codec. */
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
  const format = pickFormat(words[1]!.trim().split(' ').map(Number), lines)
  if (format === undefined) return refuse('neither PCMU nor PCMA is offered')
  return { ok: true, offer: { mid, format, sdp: `${lines.filter(isUsable).join('\r\n')}\r\n` } }
}

export type AnswerOptions = {
  answer: string
  format: Format
  /** An address by which browsers reach this machine where it is not its own. */
  publicIp: string | undefined
  port: number
}

/** Corrects node-datachannel's answer and adds the public address as a candidate of its own. */
export function completeAnswer({ answer, format, publicIp, port }: AnswerOptions): string {
  const lines = answer.split(/\r?\n/).filter(line => line !== '' && line !== 'a=end-of-candidates')
  const corrected = lines.map(line =>
    line.startsWith(`a=rtpmap:${format.telephoneEvent} telephone-event/`)
      ? `a=rtpmap:${format.telephoneEvent} telephone-event/8000`
      : line,
  )
  const known = corrected.some(line => line.startsWith('a=candidate:') && line.includes(` ${publicIp} `))
  // RFC 8445 §5.1.2.1: type preference 126 (host), local preference below the machine's own addresses.
  const candidate = `a=candidate:2 1 UDP 2113929471 ${publicIp} ${port} typ host`
  const added = publicIp === undefined || known ? [] : [candidate]
  return `${[...corrected, ...added, 'a=end-of-candidates'].join('\r\n')}\r\n`
}

function pickFormat(offered: readonly number[], lines: readonly string[]): Format | undefined {
  for (const { codec, staticType } of codecs) {
    const mapped = payloadTypeOf(`${codec}/8000`, lines) ?? staticType
    if (!offered.includes(mapped)) continue
    const event = payloadTypeOf('telephone-event/8000', lines)
    const telephoneEvent = event !== undefined && offered.includes(event) ? event : undefined
    return { codec, clockRate: 8000, payloadType: mapped, telephoneEvent }
  }
  return undefined
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
