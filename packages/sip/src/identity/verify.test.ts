import { describe, expect, test } from 'vitest'
import type { SipRequest } from '../message/message.ts'
import { createTestRequest } from '../testing/messages.ts'
import { decodeBase64Url } from './base64url.ts'
import { type FailureReason, identityStatus } from './identity.ts'
import { parseIdentity } from './identity-header.ts'
import { startVerification, type VerifyInput, type VerifyStep, verify } from './verify.ts'

const NOW = 1_700_000_000
const URL = 'https://cert.example.org/passport.pem'
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const SIGNATURE = Buffer.alloc(64, 7).toString('base64url')

interface Forged {
  readonly header?: object
  readonly claims?: object
  readonly params?: string
  readonly signature?: string
}

/** The PASSporT of RFC 8588 §6 with fictional numbers, changed where a test says so. */
function identity({ header, claims, params, signature = SIGNATURE }: Forged = {}): string {
  const parts = [
    encode({ alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: URL, ...header }),
    encode({
      attest: 'A',
      dest: { tn: ['15550100'] },
      iat: NOW - 5,
      orig: { tn: '12155550112' },
      origid: '123e4567-e89b-12d3-a456-426655440000',
      ...claims,
    }),
    signature,
  ]
  return `${parts.join('.')};info=<${URL}>${params ?? ';alg=ES256;ppt="shaken"'}`
}

const ASSERTED = 'P-Asserted-Identity: <tel:+1-215-555-0112>'

function invite(value: string | readonly string[], headers: readonly string[] = [ASSERTED]): SipRequest {
  const values = typeof value === 'string' ? [value] : value
  return createTestRequest({ headers: [...headers, ...values.map(text => `Identity: ${text}`)] })
}

type Input = VerifyInput<string>

function run(request: SipRequest, inputs: readonly Input[] = []): VerifyStep<string> {
  return inputs.reduce<VerifyStep<string>>(
    (step, input) => verify(step.state, input),
    startVerification({ request, now: NOW }),
  )
}

const identityOf = ({ effects }: VerifyStep<string>) =>
  effects[0]?.type === 'result' ? effects[0].identity : effects[0]?.type

const certificate: Input = { type: 'certificate', certificate: 'pem' }
const trusted: Input = { type: 'chain', trusted: true }

describe('verification of a caller (RFC 8224 §6.2, RFC 8588)', () => {
  test('the certificate is fetched, judged, and the signature checked with it', () => {
    const start = run(invite(identity()))
    expect(start.effects).toEqual([{ type: 'fetch certificate', url: URL }])
    expect(run(invite(identity()), [certificate]).effects).toEqual([
      { type: 'check chain', certificate: 'pem' },
    ])
    const [effect] = run(invite(identity()), [certificate, trusted]).effects
    expect(effect).toMatchObject({ type: 'verify signature', certificate: 'pem' })
    expect(effect).toHaveProperty('signed', identity().split('.').slice(0, 2).join('.'))
    expect(effect).toHaveProperty('signature', Uint8Array.from(Buffer.alloc(64, 7)))
  })

  test.each(['A', 'B', 'C'])('a right signature gives attestation %s', attest => {
    const request = invite(identity({ claims: { attest } }))
    expect(identityOf(run(request, [certificate, trusted, { type: 'signature', valid: true }]))).toEqual({
      result: 'verified',
      attestation: attest,
      originId: '123e4567-e89b-12d3-a456-426655440000',
    })
  })

  test.each<[string, Input[], object]>([
    [
      'a wrong signature fails (438)',
      [certificate, trusted, { type: 'signature', valid: false }],
      { result: 'failed', reason: 'identity.signature' },
    ],
    [
      'a certificate of a stranger fails (437)',
      [certificate, { type: 'chain', trusted: false }],
      { result: 'failed', reason: 'identity.certificate-untrusted' },
    ],
    [
      'without a certificate nothing is known',
      [{ type: 'no certificate' }],
      { result: 'unverified', reason: 'identity.certificate-unavailable' },
    ],
  ])('%s', (_, inputs, result) => {
    expect(identityOf(run(invite(identity()), inputs))).toEqual(result)
  })

  test.each<[string, Input[]]>([
    ['a signature before the certificate', [{ type: 'signature', valid: true }]],
    ['a signature before the chain', [certificate, { type: 'signature', valid: true }]],
    ['anything after the end', [{ type: 'no certificate' }, certificate]],
  ])('%s changes nothing', (_, inputs) => {
    const before = run(invite(identity()), inputs.slice(0, -1))
    expect(run(invite(identity()), inputs)).toEqual({
      state: before.state,
      effects: [{ type: 'unexpected' }],
    })
  })

  test.each<[string, FailureReason, Forged]>([
    ['another algorithm', 'identity.algorithm', { header: { alg: 'none' } }],
    ['another algorithm beside it', 'identity.algorithm', { params: ';alg=HS256;ppt=shaken' }],
    ['info that is not what was signed', 'identity.malformed', { header: { x5u: 'https://x.example' } }],
    ['another type', 'identity.malformed', { header: { typ: 'jwt' } }],
    ['an extension that was not signed', 'identity.malformed', { header: { ppt: 'div' } }],
    ['a critical extension (RFC 7515 §4.1.11)', 'identity.malformed', { header: { crit: ['x'] } }],
    ['a short signature', 'identity.malformed', { signature: 'AAAA' }],
    ['claims that are no object', 'identity.claims', { claims: { orig: [] } }],
    ['no attestation', 'identity.claims', { claims: { attest: 'D' } }],
    ['no origid', 'identity.claims', { claims: { origid: '' } }],
    ['two origins (RFC 8225 §5.2.1)', 'identity.claims', { claims: { orig: { tn: '1', uri: 'sip:a@b' } } }],
    ['no destination', 'identity.claims', { claims: { dest: { tn: [] } } }],
    ['a time that is no number', 'identity.claims', { claims: { iat: '1' } }],
    ['a destination list without end', 'identity.claims', { claims: { dest: { tn: Array(101).fill('1') } } }],
    ['61 s old (RFC 8224 §6.2 step 4)', 'identity.stale', { claims: { iat: NOW - 61 } }],
    ['61 s in the future', 'identity.stale', { claims: { iat: NOW + 61 } }],
    ['another caller', 'identity.origin-mismatch', { claims: { orig: { tn: '12155550199' } } }],
    ['another callee', 'identity.destination-mismatch', { claims: { dest: { tn: ['15550199'] } } }],
  ])('%s fails without a fetch: %s', (_, reason, forged) => {
    expect(identityOf(run(invite(identity(forged))))).toEqual({ result: 'failed', reason })
  })

  describe('of a call that was forwarded, and signed for by whoever did that (RFC 8946)', () => {
    const div = identity({ header: { ppt: 'div' }, params: ';alg=ES256;ppt=div' })
    const elsewhere = { claims: { dest: { tn: ['15550199'] } } }

    test.each<[string, Forged]>([
      ['another callee', elsewhere],
      ['a first call a while ago', { claims: { iat: NOW - 61 } }],
    ])('is not known, as long as nobody checks the second signature: %s', (_, forged) => {
      const diverted = { result: 'unverified', reason: 'identity.diverted' }
      expect(identityOf(run(invite([identity(forged), div])))).toEqual(diverted)
      expect(identityOf(run(invite([div, identity(forged)])))).toEqual(diverted)
    })

    test('fails where forwarding explains nothing: another caller', () => {
      const forged = identity({ claims: { orig: { tn: '12155550199' } } })
      const wrong = { result: 'failed', reason: 'identity.origin-mismatch' }
      expect(identityOf(run(invite([forged, div])))).toEqual(wrong)
    })

    test('is verified by its own signature where To still names the first callee', () => {
      const steps = [certificate, trusted, { type: 'signature', valid: true }] as const
      expect(identityOf(run(invite([identity(), div]), steps))).toMatchObject({ result: 'verified' })
    })
  })

  test('what is no Identity fails', () => {
    const malformed = { result: 'failed', reason: 'identity.malformed' }
    for (const text of ['x', 'a.b;info=<x>;ppt=shaken', `!.b.c;info=<${URL}>`, `a.b.c;ppt=shaken`])
      expect(identityOf(run(invite(text)))).toEqual(malformed)
    expect(identityOf(run(invite(`a.b.${SIGNATURE};info=<${URL}>;ppt=shaken`)))).toEqual(malformed)
  })

  test('exactly 60 s is fresh; a Date far from the signature is not (RFC 8224 §6.2 step 4)', () => {
    expect(identityOf(run(invite(identity({ claims: { iat: NOW - 60 } }))))).toBe('fetch certificate')
    const dated = (date: string) => identityOf(run(invite(identity(), [ASSERTED, `Date: ${date}`])))
    expect(dated('Tue, 14 Nov 2023 22:13:20 GMT')).toBe('fetch certificate')
    const wrong = { result: 'failed', reason: 'identity.date' }
    expect(dated('Tue, 14 Nov 2023 22:15:20 GMT')).toEqual(wrong)
    expect(dated('Tue, 31 Feb 2023 22:15:20 GMT')).toEqual(wrong)
  })

  test('P-Asserted-Identity goes before From; without it From is the caller (RFC 8224 §8.1)', () => {
    const of = (orig: object, headers?: string[]) =>
      identityOf(run(invite(identity({ claims: { orig } }), headers)))
    expect(of({ uri: 'sip:alice@192.0.2.1' }, [])).toBe('fetch certificate')
    expect(of({ uri: 'sip:alice@192.0.2.1' })).toMatchObject({ reason: 'identity.origin-mismatch' })
    expect(of({ tn: '+1 (215) 555-0112' })).toBe('fetch certificate')
  })

  test('no Identity, other extensions and the compact form say nothing of the caller', () => {
    expect(identityOf(run(invite([])))).toEqual({ result: 'unverified', reason: 'identity.absent' })
    const notShaken = { result: 'unverified', reason: 'identity.not-shaken' }
    expect(identityOf(run(invite(identity({ params: '' }))))).toEqual(notShaken)
    expect(identityOf(run(invite(`..${SIGNATURE};info=<${URL}>;ppt=shaken`)))).toEqual(notShaken)
  })

  test('of several Identity headers the SHAKEN one counts (RFC 8224 §6.2 step 1)', () => {
    const div = identity({ params: ';ppt=div' })
    expect(identityOf(run(invite([div, identity()])))).toBe('fetch certificate')
  })

  test('local policy completes a national number (RFC 8224 §8.3)', () => {
    const request = invite(identity(), ['P-Asserted-Identity: <sip:2155550112@192.0.2.1;user=phone>'])
    expect(identityOf(run(request))).toMatchObject({ reason: 'identity.origin-mismatch' })
    const completeNumber = (digits: string) => (digits.length === 10 ? `1${digits}` : undefined)
    expect(startVerification({ request, now: NOW, completeNumber }).state.name).toBe('fetching')
  })
})

test('the compact form is told from the full one (RFC 8224 §4.1)', () => {
  expect(parseIdentity(`..${SIGNATURE};info=<${URL}>;alg=ES256`)).toMatchObject({
    form: 'compact',
    info: URL,
    algorithm: 'ES256',
    extension: undefined,
  })
  expect(parseIdentity(identity())).toMatchObject({ form: 'full', extension: 'shaken' })
  expect(parseIdentity(`${'a'.repeat(9000)}.b.c;info=<${URL}>`)).toBeUndefined()
})

test('each failure has its status (RFC 8224 §6.2.2)', () => {
  expect(identityStatus('identity.stale')).toBe(403)
  expect(identityStatus('identity.certificate-untrusted')).toBe(437)
  expect(identityStatus('identity.signature')).toBe(438)
})

test('base64url is read strictly (RFC 4648 §5)', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  expect(decodeBase64Url(Buffer.from(bytes).toString('base64url'))).toEqual(bytes)
  for (const text of ['A', 'AB', 'AA==', 'A+/A', 'AA A']) expect(decodeBase64Url(text)).toBeUndefined()
})
