import { describe, expect, test } from 'vitest'
import { createTestRequest } from '../testing/messages.ts'
import { serializeMessage } from './serialize.ts'
import { type Framed, StreamFramer } from './stream-framer.ts'
import { encodeUtf8 } from './utf8.ts'

const request = createTestRequest({ body: 'v=0' })
const bytes = serializeMessage(request)
const types = (framed: readonly Framed[]) => framed.map(f => f.type)

describe('the stream framer (RFC 3261 §18.3)', () => {
  test('finds messages in the order in which they came', () => {
    expect(types(new StreamFramer().push(new Uint8Array([...bytes, ...bytes])))).toEqual([
      'message',
      'message',
    ])
  })

  test('puts a message together from single bytes', () => {
    const framer = new StreamFramer()
    const found = [...bytes].flatMap(byte => framer.push(new Uint8Array([byte])))
    expect(types(found)).toEqual(['message'])
  })

  test('reports a double CRLF as a ping and a single one as a pong (RFC 5626 §3.5.1)', () => {
    expect(types(new StreamFramer().push(encodeUtf8('\r\n\r\n')))).toEqual(['ping'])
    expect(types(new StreamFramer().push(encodeUtf8('\r\n')))).toEqual(['pong'])
  })

  test('reports a ping that comes in two halves', () => {
    const framer = new StreamFramer()
    expect(types([...framer.push(encodeUtf8('\r\n\r')), ...framer.push(encodeUtf8('\n'))])).toEqual(['ping'])
  })

  test('ignores line breaks before a message (§7.5)', () => {
    const found = new StreamFramer().push(new Uint8Array([13, 10, ...bytes]))
    expect(types(found)).toEqual(['message'])
  })

  test('goes on behind a message that is refused', () => {
    const bad = encodeUtf8('INVITE sip:a@example.com SIP/2.0\r\nContent-Length: 0\r\n\r\n')
    expect(types(new StreamFramer().push(new Uint8Array([...bad, ...bytes])))).toEqual(['refused', 'message'])
  })

  test('breaks without Content-Length, since the next message cannot be found', () => {
    const framer = new StreamFramer()
    const head = 'OPTIONS sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/TCP a.example.com;branch=z9hG4bK1\r\n\r\n'
    expect(framer.push(encodeUtf8(head))).toMatchObject([{ type: 'broken', failure: { status: 400 } }])
    expect(framer.push(bytes)).toEqual([])
  })

  test('breaks at a message that says it is larger than the limit, before its body comes', () => {
    const head = 'INVITE sip:a@example.com SIP/2.0\r\nContent-Length: 70000\r\n\r\n'
    expect(new StreamFramer().push(encodeUtf8(head))).toMatchObject([{ type: 'broken' }])
  })

  test('breaks at a head without end', () => {
    const framer = new StreamFramer()
    const found = Array.from({ length: 20 }, () => framer.push(encodeUtf8('X: '.padEnd(4096, 'x')))).flat()
    expect(found).toMatchObject([{ type: 'broken', failure: { reason: 'message.too-large' } }])
  })
})
