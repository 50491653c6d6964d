import { encodeUtf8 } from '../message/utf8.ts'

const joined = (_: string, lines: string): string => lines.replaceAll('\n', '')
const repeated = (_: string, count: string, text: string): string => text.repeat(Number(count))
/** As `decodeUtf8` writes them: bytes over 0x7F as lone surrogates, which `encodeUtf8` turns back into the byte. */
const spelled = (_: string, digits: string): string =>
  digits.replace(/\s|[0-9A-Fa-f]{2}/g, pair => {
    if (pair.trim() === '') return ''
    const byte = Number.parseInt(pair, 16)
    return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)
  })

/**
 * The bytes of a message in the notation of RFC 4475 §2: lines end with CRLF, `<allOneLine>` joins its lines,
 * `<repeat count=n>` repeats, `<hex>` spells bytes out.
 */
function messageBytes(notation: string): Uint8Array {
  const text = notation
    .replace(/^\n/, '')
    .replace(/<repeat count=(\d+)>(.*?)<\/repeat>/g, repeated)
    .replace(/<allOneLine>\n(.*?)\n<\/allOneLine>/gs, joined)
    .replaceAll('\n', '\r\n')
    .replace(/<hex>(.*?)<\/hex>/gs, spelled)
  return encodeUtf8(text)
}

/** One message of the corpus under the name the RFC gives it. */
export interface TortureMessage {
  readonly name: string
  /** RFC and section: `RFC 4475 §3.1.1.1`. */
  readonly section: string
  readonly title: string
  readonly bytes: Uint8Array
}

/** Makes the entries of one RFC. */
export const tortureOf =
  (rfc: number) =>
  (section: string, name: string, title: string, notation: string): TortureMessage => ({
    name,
    section: `RFC ${rfc} §${section}`,
    title,
    bytes: messageBytes(notation),
  })

/** The session description that most of the messages carry, for one address. */
export const sdp = (address: string, connection = address): string => `v=0
o=mhandley 29739 7272939 IN IP4 ${address}
s=-
c=IN IP4 ${connection}
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
`
