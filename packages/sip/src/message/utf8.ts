// Header text travels as strings. A byte that is no valid UTF-8 becomes the lone surrogate U+DC80..U+DCFF and turns back into
// the same byte when it is written, so that what a careless peer sent (Latin-1 display names) survives unchanged.
const ESCAPE = 0xdc00

const LENGTH_BY_LEAD = (lead: number): number =>
  lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0

const SMALLEST = [0, 0, 0x80, 0x800, 0x10000]

/** Decodes one code point at `at`; undefined where the bytes are no well-formed UTF-8 (RFC 3629). */
function codePointAt(bytes: Uint8Array, at: number): { value: number; length: number } | undefined {
  const lead = bytes[at]!
  const length = LENGTH_BY_LEAD(lead)
  if (length === 1) return { value: lead, length }
  if (length === 0 || at + length > bytes.length) return undefined
  let value = lead & (0xff >> (length + 1))
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i]!
    if ((next & 0xc0) !== 0x80) return undefined
    value = (value << 6) | (next & 0x3f)
  }
  const surrogate = value >= 0xd800 && value <= 0xdfff
  return surrogate || value < SMALLEST[length]! || value > 0x10ffff ? undefined : { value, length }
}

/** Decodes UTF-8 (RFC 3629) without loss: `encodeUtf8(decodeUtf8(b))` equals `b` for all bytes. */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = []
  let units: number[] = []
  for (let at = 0; at < bytes.length; ) {
    const point = codePointAt(bytes, at)
    const value = point?.value ?? ESCAPE + bytes[at]!
    if (value > 0xffff) units.push(0xd800 + ((value - 0x10000) >> 10), 0xdc00 + ((value - 0x10000) & 0x3ff))
    else units.push(value)
    at += point?.length ?? 1
    if (units.length > 4096) {
      parts.push(String.fromCharCode(...units))
      units = []
    }
  }
  parts.push(String.fromCharCode(...units))
  return parts.join('')
}

function byteLength(text: string): number {
  let length = 0
  for (const char of text) {
    const value = char.codePointAt(0)!
    if (value < 0x80 || isEscapedByte(value)) length += 1
    else length += value < 0x800 ? 2 : value < 0x10000 ? 3 : 4
  }
  return length
}

const isEscapedByte = (value: number): boolean => value >= 0xdc80 && value <= 0xdcff

/** Encodes text as UTF-8; lone surrogates made by `decodeUtf8` become their byte again, all others U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(byteLength(text))
  let at = 0
  for (const char of text) {
    let value = char.codePointAt(0)!
    if (isEscapedByte(value)) {
      bytes[at++] = value - ESCAPE
      continue
    }
    if (value >= 0xd800 && value <= 0xdfff) value = 0xfffd
    if (value < 0x80) {
      bytes[at++] = value
      continue
    }
    if (value < 0x800) bytes[at++] = 0xc0 | (value >> 6)
    else if (value < 0x10000) {
      bytes[at++] = 0xe0 | (value >> 12)
      bytes[at++] = 0x80 | ((value >> 6) & 0x3f)
    } else {
      bytes[at++] = 0xf0 | (value >> 18)
      bytes[at++] = 0x80 | ((value >> 12) & 0x3f)
      bytes[at++] = 0x80 | ((value >> 6) & 0x3f)
    }
    bytes[at++] = 0x80 | (value & 0x3f)
  }
  return bytes
}
