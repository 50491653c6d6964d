import { describe, expect, test } from 'vitest'
import { escapeUser, parseUri, serializeUri, uriUser } from './uri.ts'

describe('URIs (RFC 3261 §19.1, RFC 3966)', () => {
  test.each([
    ['sip:alice@example.com', { scheme: 'sip', user: 'alice', host: 'example.com' }],
    ['sip:example.com:5070;lr', { host: 'example.com', port: 5070, params: [{ name: 'lr' }] }],
    ['sips:a:secret@192.0.2.1', { scheme: 'sips', user: 'a', password: 'secret', host: '192.0.2.1' }],
    ['sip:a@[2001:db8::9:1]:5060', { host: '2001:db8::9:1', port: 5060 }],
    [
      'sip:+1555@example.com;user=phone?subject=a&x=b',
      {
        headers: [
          { name: 'subject', value: 'a' },
          { name: 'x', value: 'b' },
        ],
      },
    ],
    ['sip:sip%3Auser%40example.com@company.com', { user: 'sip%3Auser%40example.com', host: 'company.com' }],
    [
      'tel:+1-201-555-0123;isub=1',
      { scheme: 'tel', number: '+1-201-555-0123', params: [{ name: 'isub', value: '1' }] },
    ],
    ['urn:service:sos', { scheme: 'other', text: 'urn:service:sos' }],
  ])('%s is read and written as it was', (text, expected) => {
    const uri = parseUri(text)
    expect(uri).toMatchObject(expected)
    expect(serializeUri(uri!)).toBe(text)
  })

  test.each([
    ['nothing', ''],
    ['no scheme', 'alice@example.com'],
    ['no host', 'sip:alice@'],
    ['an empty user', 'sip:@example.com'],
    ['two at signs', 'sip:a@b@example.com'],
    ['a port out of range', 'sip:a@example.com:70000'],
    ['an unclosed bracket', 'sip:a@[2001:db8::1'],
    ['a blank', 'sip:a b@example.com'],
    ['angle brackets', '<sip:a@example.com>'],
    ['an empty parameter', 'sip:a@example.com;;lr'],
    ['a tel URI without number', 'tel:;isub=1'],
  ])('a URI with %s is refused', (_, text) => {
    expect(parseUri(text)).toBeUndefined()
  })

  test('the user part is decoded for comparing and dialling', () => {
    expect(uriUser(parseUri('sip:%2B1555%20@example.com')!)).toBe('+1555 ')
    expect(uriUser(parseUri('tel:+1555')!)).toBe('+1555')
    expect(uriUser(parseUri('sip:example.com')!)).toBeUndefined()
  })

  test('a control character stays escaped', () => {
    expect(uriUser(parseUri('sip:a%00%0d@example.com')!)).toBe('a%00%0d')
  })

  test('text is escaped for the user part', () => {
    expect(escapeUser('+1555 "a@b"')).toBe('+1555%20%22a%40b%22')
  })
})
