import {
  isRtcp,
  JitterBuffer,
  parseRtcp,
  parseRtp,
  parseTelephoneEvent,
  payloadOf,
  ReceptionStatistics,
  RtcpSession,
  RtpForwarder,
  RtpOutput,
  type SrtpMasterKey,
  SrtpReceiver,
  SrtpSender,
  type SrtpSuite,
  TouchToneDecoder,
} from '@ringdown/media'
import { nodeCiphers as ciphers } from '../../apps/gateway/src/media/worker/srtp/node-ciphers.ts'
import type { Kind } from './corpus.ts'
import { one, type Reader } from './reader.ts'

const MAX_PACKET = 60_100

/** Where all packets of a round come to, one after the other, as a peer would send them. */
function createLine() {
  const output = new RtpOutput({ ssrc: 1, clockRate: 8000, sequence: 1, timestamp: 1 })
  const types = new Map(Array.from({ length: 128 }, (_, type) => [type, type]))
  return {
    forwarder: new RtpForwarder({ output, payloadTypes: types }),
    reception: new ReceptionStatistics(8000),
    keys: new TouchToneDecoder(8000),
    jitter: new JitterBuffer({ clockRate: 8000, minimumMs: 40, maximumMs: 400 }),
    rtcp: new RtcpSession({ output, cname: 'fuzz' }),
    target: new Uint8Array(MAX_PACKET),
    now: 0,
  }
}

type Line = ReturnType<typeof createLine>

function readRtp(line: Line, bytes: Uint8Array): void {
  isRtcp(bytes)
  const packet = parseRtp(bytes)
  if (packet === undefined) return
  const { payloadOffset, payloadLength } = packet
  if (payloadOffset + payloadLength > bytes.length) throw new Error('the payload ends behind the packet')
  line.now += 20
  const payload = payloadOf(packet)
  parseTelephoneEvent(payload)
  line.reception.observe(packet, line.now)
  line.keys.process({ payload, timestamp: packet.timestamp }, line.now)
  line.jitter.put(new Int16Array(Math.min(payload.length, 2000)), packet.timestamp)
  line.forwarder.forward(packet, line.target, line.now)
}

function readRtcp(line: Line, bytes: Uint8Array): void {
  parseRtcp(bytes)
  line.now += 20
  line.rtcp.receive(bytes, { now: line.now, unixMs: line.now })
}

const KEY_BYTES: Readonly<Record<SrtpSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AEAD_AES_256_GCM: 44,
}

/** What nobody protected with our key is never taken; what we protect is, once. */
function srtpReader(suite: SrtpSuite, mki: Uint8Array | undefined) {
  const keyAndSalt = Uint8Array.from({ length: KEY_BYTES[suite] }, (_, i) => i * 7)
  const master: SrtpMasterKey = mki === undefined ? { keyAndSalt } : { keyAndSalt, mki }
  const target = new Uint8Array(MAX_PACKET)
  return (bytes: Uint8Array): void => {
    const receiver = new SrtpReceiver({ suite, master, ciphers })
    if (typeof receiver.openRtp(bytes.slice()) !== 'string') throw new Error('a forged packet was taken')
    if (typeof receiver.openRtcp(bytes.slice()) !== 'string') throw new Error('a forged report was taken')
    const length = new SrtpSender({ suite, master, ciphers }).protectRtp(bytes, target)
    if (length === 0) return
    const opened = receiver.openRtp(target.slice(0, length))
    if (typeof opened === 'string') throw new Error(`what was protected does not open: ${opened}`)
    if (Buffer.compare(opened, bytes) !== 0) throw new Error('it opens as something else')
    if (receiver.openRtp(target.slice(0, length)) !== 'replayed') throw new Error('a replay was taken')
  }
}

const DATAGRAMS: readonly Kind[] = ['rtp', 'rtcp', 'stun', 'dtls']
const protectedBy: readonly [string, ReturnType<typeof srtpReader>][] = [
  ['AES_CM_128_HMAC_SHA1_80', srtpReader('AES_CM_128_HMAC_SHA1_80', undefined)],
  ['AES_CM_128_HMAC_SHA1_32', srtpReader('AES_CM_128_HMAC_SHA1_32', Uint8Array.of(1, 2, 3, 4))],
  ['AEAD_AES_256_GCM', srtpReader('AEAD_AES_256_GCM', undefined)],
]

function onOneLine(read: (line: Line, bytes: Uint8Array) => void) {
  return (inputs: readonly Uint8Array[]): void => {
    const line = createLine()
    for (const bytes of inputs) read(line, bytes)
  }
}

export const MEDIA_READERS: readonly Reader[] = [
  { kinds: DATAGRAMS, name: 'parseRtp and the stages behind it', read: onOneLine(readRtp) },
  { kinds: DATAGRAMS, name: 'parseRtcp and its session', read: onOneLine(readRtcp) },
  ...protectedBy.map(([suite, read]) => ({
    kinds: DATAGRAMS,
    name: `SrtpReceiver, ${suite}`,
    read: one(read),
  })),
]
