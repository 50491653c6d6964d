import { createHash } from 'node:crypto'
import { StreamFramer } from '@ringdown/sip'
import { one, type Reader } from './reader.ts'

type Cuts = (length: number) => number

function framed(bytes: Uint8Array, cuts: Cuts): string {
  const framer = new StreamFramer()
  const found: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + cuts(bytes.length - at)
    found.push(...framer.push(bytes.slice(at, end)).map(({ type }) => type))
    at = end
  }
  // How many keep-alives a run of line breaks is depends on when it came.
  return found.filter(type => type !== 'ping' && type !== 'pong').join(' ')
}

/** Pieces of up to 300 bytes that follow from the bytes, so that the same input is always cut alike. */
function pieces(bytes: Uint8Array): Cuts {
  const lengths = createHash('sha256').update(bytes).digest()
  let turn = 0
  return rest => Math.min(rest, 1 + ((lengths[turn++ % lengths.length] ?? 0) * 300) / 256) | 0
}

/** A stream is framed alike however its bytes are cut. */
function readStream(bytes: Uint8Array): void {
  const whole = framed(bytes, length => length)
  const cut = framed(bytes, pieces(bytes))
  if (whole !== cut) throw new Error(`framed as "${whole}" at once, as "${cut}" in pieces`)
}

export const STREAM_READER: Reader = { kinds: ['sip'], name: 'StreamFramer', read: one(readStream) }
