import { describe, expect, test } from 'vitest'
import { createTestRequest, type TestRequestOptions } from '../testing/messages.ts'
import { type Capabilities, screenRequest } from './screen-request.ts'

const CAPABILITIES: Capabilities = {
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'REGISTER'],
  extensions: ['100rel'],
  contentTypes: ['application/sdp', 'multipart/mixed'],
  schemes: ['sip', 'sips', 'tel'],
}

const screen = (options: TestRequestOptions, uri?: string) => {
  const request = createTestRequest(options)
  return screenRequest(uri === undefined ? request : { ...request, uri }, CAPABILITIES)
}

const SDP = { headers: ['Content-Type: application/sdp'], body: 'v=0' }
const multipart = (type: string, ...parts: string[]) => ({
  headers: [`Content-Type: multipart/${type};boundary=b`],
  body: `${parts.map(part => `--b\r\nContent-Type: ${part}\r\n\r\nx\r\n`).join('')}--b--`,
})
const mixed = (...parts: string[]) => multipart('mixed', ...parts)
const handling = (value: string) => `a/b\r\nContent-Disposition: signal;handling=${value}`

describe('a request is taken', () => {
  test.each<[string, TestRequestOptions]>([
    ['without body', {}],
    ['with a session description', SDP],
    ['with a session description in a multipart body', mixed('application/sdp')],
    [
      'with a session description beside what is not said to be required',
      mixed('application/isup', 'application/sdp'),
    ],
    ['with parts that are all optional (RFC 5621 §7.2)', mixed(handling('optional'))],
    ['with an extension that is supported', { headers: ['Require: 100REL'] }],
    [
      'with an unknown body that is optional (RFC 3261 §20.11)',
      { headers: ['Content-Type: a/b', 'Content-Disposition: x;handling=optional'], body: 'x' },
    ],
    ['as an ACK, whatever it asks', { method: 'ACK', headers: ['Require: x'] }],
    ['as a BYE, whatever it carries', { method: 'BYE', headers: ['Content-Type: a/b'], body: 'x' }],
    ['as an OPTIONS that accepts other types', { method: 'OPTIONS', headers: ['Accept: text/html'] }],
  ])('%s', (_, options) => {
    expect(screen(options)).toEqual({ ok: true })
  })

  test('to a tel URI', () => {
    expect(screen({}, 'tel:+1555')).toEqual({ ok: true })
  })
})

const allow = { name: 'Allow', value: 'INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER' }
const accept = { name: 'Accept', value: 'application/sdp, multipart/mixed' }
const register = (...headers: string[]): TestRequestOptions => ({ method: 'REGISTER', headers })

describe('a request is refused', () => {
  test.each<[string, TestRequestOptions, number, string, readonly object[]]>([
    ['§8.2.1: a known method', { method: 'PUBLISH' }, 405, 'method.not-allowed', [allow]],
    ['§21.5.2: an unknown method', { method: 'invite' }, 501, 'method.unknown', [allow]],
    [
      '§8.2.2.3: extensions',
      { headers: ['Require: foo, 100rel', 'Require: bar'] },
      420,
      'require.unsupported',
      [{ name: 'Unsupported', value: 'foo, bar' }],
    ],
    ['§8.2.3: a media type', { headers: ['Content-Type: a/b'], body: 'x' }, 415, 'body.type', [accept]],
    ['§20.15: no media type', { body: 'x' }, 415, 'body.type', [accept]],
    [
      '§8.2.3: an encoding',
      { ...SDP, headers: [...SDP.headers, 'Content-Encoding: gzip'] },
      415,
      'body.encoding',
      [{ name: 'Accept-Encoding', value: 'identity' }],
    ],
    ['RFC 5621 §3: parts of other types', mixed('a/b'), 415, 'body.type', [accept]],
    [
      'RFC 5621 §7.2: a part that is required beside one that is understood',
      mixed('application/sdp', handling('required')),
      415,
      'body.type',
      [accept],
    ],
    ['RFC 2046 §5.1.5: a multipart type', multipart('digest', 'application/sdp'), 415, 'body.type', [accept]],
    [
      'RFC 2046 §5.1: a torn multipart body',
      { headers: ['Content-Type: multipart/mixed;boundary=b'], body: '--b' },
      400,
      'body.syntax',
      [],
    ],
    [
      'a multipart body with too many parts',
      { headers: ['Content-Type: multipart/mixed;boundary=b'], body: '--b\r\n\r\n\r\n'.repeat(40) },
      413,
      'body.limits',
      [],
    ],
    ['§21.4.7: an answer nobody takes', { headers: ['Accept: text/html'] }, 406, 'accept.unacceptable', []],
    ['§8.1.1.8: two Contacts', { headers: ['m: <sip:b@h>'] }, 400, 'contact.several', []],
    ['§20.10: a wildcard', { method: 'OPTIONS', headers: ['m: *'] }, 400, 'contact.wildcard', []],
    ['§10.3: a wildcard beside a Contact', register('Expires: 0', 'm: *'), 400, 'contact.wildcard', []],
  ])('%s', (_, options, status, reason, headers) => {
    expect(screen(options)).toEqual({ ok: false, status, reason, headers })
  })

  test('§8.2.2.1: an unknown scheme', () => {
    expect(screen({}, 'urn:service:sos')).toMatchObject({ status: 416 })
  })

  test('§8.2.1 before §8.2.2: the method is looked at first', () => {
    expect(screen({ method: 'FOO', headers: ['Require: foo'] })).toMatchObject({ status: 501 })
  })
})

test('§10.2.2: a lone wildcard with Expires 0 removes all bindings', () => {
  const request = createTestRequest(register('Expires: 0'))
  const headers = request.headers.map(h => (h.name === 'Contact' ? { ...h, value: '*' } : h))
  expect(screenRequest({ ...request, headers }, CAPABILITIES)).toEqual({ ok: true })
})
