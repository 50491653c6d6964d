import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TORTURE } from '@ringdown/sip/torture'
import { TLS_RECORDS, WEB_SOCKETS } from './connection-corpus.ts'
import { FIELDS } from './field-corpus.ts'

/** Read by our own parsers. `field`: the value of a header that has a grammar of its own. `dtls` and `stun` come to the browsers' port. */
export const PARSED_KINDS = ['sip', 'sdp', 'field', 'rtp', 'rtcp', 'stun', 'dtls'] as const
type ParsedKind = (typeof PARSED_KINDS)[number]
/** `web socket` and `tls`: what carries SIP, from the first byte of a connection; libraries read it. */
export type Kind = ParsedKind | 'web socket' | 'tls'
export type Corpus = Readonly<Record<Kind, readonly Uint8Array[]>>

/** Datagrams of a call by what they are, in hex. */
export type Recording = Record<Exclude<ParsedKind, 'sdp' | 'field'>, string[]>

export const RECORDING_PATH = join(import.meta.dirname, 'recorded-call.json')

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

function bodyOf(message: Uint8Array): Uint8Array[] {
  const at = Buffer.from(message).indexOf('\r\n\r\n')
  return at < 0 || at + 4 === message.length ? [] : [message.slice(at + 4)]
}

/** What is mutated: the torture messages, a recorded call of the demo, and header values. */
export function readCorpus(): Corpus {
  const recording = JSON.parse(readFileSync(RECORDING_PATH, 'utf8')) as Recording
  const recorded = recording.sip.map(bytesOf)
  // A recorded call is what a gateway meets: it counts as much as all of the torture together.
  const often = Array.from({ length: Math.ceil(TORTURE.length / recorded.length) }, () => recorded).flat()
  const sip = [...TORTURE.map(message => message.bytes), ...often]
  return {
    sip,
    sdp: sip.flatMap(bodyOf),
    field: FIELDS.map(text => new Uint8Array(Buffer.from(text))),
    rtp: recording.rtp.map(bytesOf),
    rtcp: recording.rtcp.map(bytesOf),
    stun: recording.stun.map(bytesOf),
    dtls: recording.dtls.map(bytesOf),
    'web socket': WEB_SOCKETS,
    tls: TLS_RECORDS,
  }
}
