import { frameOf, OPCODES, UPGRADE } from './web-socket-frames.ts'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

const options = bytes(
  [
    'OPTIONS sip:127.0.0.1 SIP/2.0',
    'Via: SIP/2.0/WS a.invalid;branch=z9hG4bK-ws',
    'Max-Forwards: 70',
    'From: <sip:a@a.invalid>;tag=1',
    'To: <sip:127.0.0.1>',
    'Call-ID: ws',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n'),
)

/** Connections to a WebSocket port, from their first byte to their last. */
export const WEB_SOCKETS: readonly Uint8Array[] = [
  bytes(UPGRADE),
  joined(bytes(UPGRADE), frameOf(OPCODES.text, options), frameOf(OPCODES.close, Uint8Array.of(3, 232))),
  joined(bytes(UPGRADE), frameOf(OPCODES.binary, options), frameOf(OPCODES.ping, bytes('ping'))),
  joined(
    bytes(UPGRADE),
    frameOf(OPCODES.text, options.subarray(0, 40), { isFinal: false }),
    frameOf(OPCODES.pong, bytes('')),
    frameOf(OPCODES.continuation, options.subarray(40)),
  ),
  frameOf(OPCODES.text, options),
]

/** The first record of a TLS 1.3 client (RFC 8446 §4.1.2), as OpenSSL writes it. */
const HELLO =
  '16030100c9010000c50303707ac665a56d0014d241c26a639bc95b4dfe1c76e29a0a95f5a0773f282c0460205058a0312146eb0a5c4d899adeef13e7' +
  'cddd528fef0d113e74a28dea4e531bdd00041301c02b01000078ff010001000000000e000c0000096c6f63616c686f7374000b000403000102000a00' +
  '060004001d0017002300000016000000170000000d0006000404030804002b00050403040303002d00020101003300260024001d00209faa893d4109' +
  'a7eca8593308d1a92fce13f3af69dbb8e9e7d72044a65b2cd447'

/** What comes to a TLS port before anything is secret: records of a handshake, an alert, and what is no TLS. */
export const TLS_RECORDS: readonly Uint8Array[] = [
  new Uint8Array(Buffer.from(HELLO, 'hex')),
  Uint8Array.of(0x15, 3, 3, 0, 2, 2, 40),
  options,
]
