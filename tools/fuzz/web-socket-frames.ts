/** What a page sends to open a WebSocket for SIP (RFC 7118 §4.1). */
export const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: sip',
  '',
  '',
].join('\r\n')

export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

const MASK = [0x5a, 0x00, 0xff, 0x31]
const FINAL = 0x80
const MASKED = 0x80

/** A frame as a client sends it (RFC 6455 §5.2); of up to 65,535 bytes. */
export function frameOf(opcode: number, payload: Uint8Array, { isFinal = true } = {}): Uint8Array {
  const length = payload.length
  const head = length < 126 ? [MASKED | length] : [MASKED | 126, length >>> 8, length & 0xff]
  const masked = payload.map((byte, at) => byte ^ MASK[at % MASK.length]!)
  return Uint8Array.from([(isFinal ? FINAL : 0) | opcode, ...head, ...MASK, ...masked])
}
