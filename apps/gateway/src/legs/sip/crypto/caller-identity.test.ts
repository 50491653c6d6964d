import { parseMessage, type SipRequest } from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import { createCallerIdentityCheck } from './caller-identity.ts'
import { createCertificateSource } from './certificate-source.ts'
import { createTestCertificate } from './test-authority.ts'
import { signTestPassport } from './test-passport.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const URL = 'https://cert.example.org/a.pem'
const root = createTestCertificate({ name: 'Root', ca: true })
const carrier = createTestCertificate({ name: 'Carrier', issuer: root, numberAuthority: true })
const stranger = createTestCertificate({ name: 'Stranger' })

function invite({ attest = 'A', key = carrier.privateKey } = {}): SipRequest {
  const identity = signTestPassport({
    key,
    url: URL,
    attest,
    from: '12155550112',
    to: '15550100',
    signedAt: NOW,
  })
  const lines = [
    'INVITE sip:+15550100@192.0.2.2 SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKone',
    'From: <sip:+12155550112@192.0.2.1>;tag=a',
    'To: <sip:+15550100@192.0.2.2>',
    'Call-ID: one',
    'CSeq: 1 INVITE',
    `Identity: ${identity}`,
    '',
    '',
  ]
  const parsed = parseMessage(Buffer.from(lines.join('\r\n')), { transport: 'datagram' })
  if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('test message refused')
  return parsed.message
}

function check(request: SipRequest, { served = carrier.pem, at = NOW } = {}) {
  const certificates = createCertificateSource({
    allowedHosts: ['cert.example.org'],
    ttlMs: 1000,
    failureTtlMs: 1000,
    limit: 10,
    maxDownloads: 10,
    now: () => NOW,
    download: async () => served,
  })
  const policy = { authorities: [root.certificate], requireNumberAuthority: true }
  return createCallerIdentityCheck({ certificates, policy })(request, { at, completeNumber: () => undefined })
}

describe('who calls (RFC 8224, RFC 8588)', () => {
  test.each(['A', 'B', 'C'])('a signature of a carrier that is believed: %s', async attest => {
    expect(await check(invite({ attest }))).toEqual({
      result: 'verified',
      attestation: attest,
      originId: 'one',
    })
  })

  test('a signature with another key fails', async () => {
    expect(await check(invite({ key: stranger.privateKey }))).toEqual({
      result: 'failed',
      reason: 'identity.signature',
    })
  })

  test('the certificate of a stranger fails', async () => {
    const request = invite({ key: stranger.privateKey })
    expect(await check(request, { served: stranger.pem })).toEqual({
      result: 'failed',
      reason: 'identity.certificate-untrusted',
    })
  })

  test('no certificate proves nothing', async () => {
    expect(await check(invite(), { served: '' })).toEqual({
      result: 'unverified',
      reason: 'identity.certificate-unavailable',
    })
  })

  test('a signature counts at the time at which the call came in (RFC 8224 §6.2 step 4)', async () => {
    expect(await check(invite(), { at: NOW + 60_000 })).toMatchObject({ result: 'verified' })
    expect(await check(invite(), { at: NOW + 61_000 })).toEqual({
      result: 'failed',
      reason: 'identity.stale',
    })
  })
})
