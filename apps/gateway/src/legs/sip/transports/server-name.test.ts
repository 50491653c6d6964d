import type { PeerCertificate } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { checkServerName } from './server-name.ts'

const showing = (subjectaltname: string | undefined, CN = 'x') =>
  ({ subject: { CN }, ...(subjectaltname === undefined ? {} : { subjectaltname }) }) as PeerCertificate

describe('a certificate is for a host (RFC 5922 §7.1)', () => {
  test.each([
    ['URI:sip:example.com', 'example.com', true],
    ['URI:sip:Example.COM', 'example.com', true],
    ['DNS:a.test, URI:sip:example.com', 'EXAMPLE.com', true],
    ['DNS:example.com', 'example.com', true],
    ['DNS:*.example.com', 'sip.example.com', true],
    ['IP Address:192.0.2.1', '192.0.2.1', true],
    ['URI:sip:alice@example.com', 'example.com', false],
    ['URI:sips:example.com', 'example.com', false],
    ['URI:sip:example.com', 'sub.example.com', false],
    ['DNS:*.example.com', 'a.sip.example.com', false],
    ['DNS:*.example.com', 'example.com', false],
    ['DNS:other.test', 'example.com', false],
    ['DNS:"x, URI:sip:example.com, y"', 'example.com', false],
    ['DNS:192.0.2.1', '192.0.2.1', false],
  ])('that shows "%s": %s is %s', (names, host, expected) => {
    expect(checkServerName(host, showing(names)) === undefined).toBe(expected)
  })

  test('by its common name only when it shows no other', () => {
    expect(checkServerName('example.com', showing(undefined, 'example.com'))).toBeUndefined()
    expect(checkServerName('example.com', showing('DNS:other.test', 'example.com'))).toBeInstanceOf(Error)
  })
})
