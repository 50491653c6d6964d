import type { Header, SipResponse } from '@ringdown/sip'
import { createRequest, createResponse, parseAuthorization } from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import { createDigestCrypto } from '../../legs/sip/index.ts'
import {
  type Registration,
  type RegistrationEffect,
  type RegistrationGround,
  type RegistrationInput,
  registrationTransition,
  registrationView,
  startRegistration,
} from './registration.state.ts'

const ground: RegistrationGround = {
  registrar: 'sip:sip.example.net',
  host: 'sip.example.net',
  expiresS: 600,
  account: { username: 'alice', password: 'secret', realm: null },
  crypto: createDigestCrypto(),
}

const contact = 'sip:alice@192.0.2.1:5060'
const now = 1_000_000

function response(status: number, headers: Record<string, string> = {}): SipResponse {
  const party = { uri: 'sip:alice@sip.example.net', params: [] }
  const request = createRequest({
    method: 'REGISTER',
    uri: ground.registrar,
    from: party,
    to: party,
    callId: 'one',
    cseq: 1,
  })
  const lines: Header[] = Object.entries(headers).map(([name, value]) => ({ name, value }))
  return createResponse(request, status, { toTag: 'to', headers: lines })
}

const answered = (status: number, headers: Record<string, string> = {}): RegistrationInput => ({
  type: 'answered',
  response: response(status, headers),
  contact,
  cnonce: 'c0ffee',
  now,
  random: 0,
})
const unanswered = (why: 'timeout' | 'transport error'): RegistrationInput => ({
  type: 'unanswered',
  why,
  now,
  random: 0,
})
const timer: RegistrationInput = { type: 'timer' }
const stop: RegistrationInput = { type: 'stop', now }
const accepted = answered(200, { Contact: `<${contact}>;expires=600` })
const challenge = (rest = '', realm = 'example') =>
  answered(401, { 'WWW-Authenticate': `Digest realm="${realm}", nonce="n1", qop="auth"${rest}` })

/** The state after these inputs, and what the last of them brought about. */
function after(...inputs: RegistrationInput[]): {
  state: Registration
  effects: readonly RegistrationEffect[]
} {
  return inputs.reduce(
    (step, input) => registrationTransition(step.state, input, ground),
    startRegistration(ground),
  )
}

const sent = (effects: readonly RegistrationEffect[]) => effects.find(effect => effect.type === 'send')
const waits = (effects: readonly RegistrationEffect[]) => effects.find(effect => effect.type === 'timer')?.ms
const credentialsIn = (effects: readonly RegistrationEffect[]) =>
  sent(effects)?.headers.map(({ name, value }) => ({ name, ...parseAuthorization(value) }))

describe('registering (RFC 3261 §10.2)', () => {
  test('the first REGISTER asks for what is set, without credentials', () => {
    const { state, effects } = startRegistration(ground)
    expect(state.name).toBe('asking')
    expect(effects).toEqual([{ type: 'send', cseq: 1, expiresS: 600, headers: [] }])
    expect(registrationView(state, 'host', now)).toMatchObject({ state: 'registering', reason: null })
  })

  test('a 2xx makes it registered until the expiry of our own contact (§10.2.4)', () => {
    const { state } = after(accepted)
    expect(registrationView(state, 'host', now)).toEqual({
      host: 'host',
      state: 'registered',
      until: now + 600_000,
      reason: null,
    })
  })

  test.each([
    {
      what: 'our contact among others',
      contact: `<sip:x@192.0.2.9>;expires=30, <${contact}>;expires=120`,
      s: 120,
    },
    {
      what: 'our contact in other letters (§19.1.4)',
      contact: '<sip:alice@192.0.2.1:5060;ob>;expires=90',
      s: 90,
    },
    { what: 'Expires where the contact says nothing', contact: `<${contact}>`, expires: '300', s: 300 },
    { what: 'what was asked for where nothing is said', contact: `<${contact}>`, s: 600 },
    { what: 'the shortest where a NAT hides ours', contact: '<sip:a@203.0.113.1>;expires=60', s: 60 },
    { what: 'never more than was asked for', contact: `<${contact}>;expires=4000000000`, s: 600 },
  ])('the expiry that is honoured: $what', given => {
    const headers = { Contact: given.contact, ...(given.expires ? { Expires: given.expires } : {}) }
    expect(after(answered(200, headers)).state.facts.until).toBe(now + given.s * 1_000)
  })

  test('a 2xx that keeps nothing is a failure', () => {
    const { state } = after(answered(200, { Contact: `<${contact}>;expires=0` }))
    expect(registrationView(state, 'host', now)).toMatchObject({ state: 'failed', until: null })
  })

  test.each([
    { random: 0, ms: 300_000 },
    { random: 0.5, ms: 270_000 },
    { random: 0.999, ms: 240_060 },
  ])('it is renewed when about half of the time is over: $ms ms for $random', ({ random, ms }) => {
    expect(waits(after({ ...accepted, random } as RegistrationInput).effects)).toBe(ms)
  })

  test('each REGISTER has a CSeq one higher (§10.2)', () => {
    expect(sent(after(accepted, timer).effects)?.cseq).toBe(2)
    expect(sent(after(unanswered('timeout'), timer).effects)?.cseq).toBe(2)
  })

  test('a REGISTER that is out is not followed by another before its answer (§10.2)', () => {
    expect(after(timer).effects).toEqual([])
    expect(after(accepted, timer, timer).effects).toEqual([])
  })

  test('a 423 is answered with the expiry that the registrar wants (§10.2.8), and remembered', () => {
    const { effects } = after(answered(423, { 'Min-Expires': '1800' }))
    expect(sent(effects)).toMatchObject({ cseq: 2, expiresS: 1800 })
    const later = after(answered(423, { 'Min-Expires': '1800' }), accepted, timer)
    expect(sent(later.effects)?.expiresS).toBe(1800)
  })

  test.each([{ min: '60' }, { min: '600' }, { min: '9999999' }, { min: 'soon' }])(
    'a 423 with a Min-Expires of $min is a refusal',
    ({ min }) => {
      expect(after(answered(423, { 'Min-Expires': min })).state).toMatchObject({ name: 'waiting' })
    },
  )

  test('a registrar that raises its minimum for ever is left', () => {
    const raises = Array.from({ length: 7 }, (_, i) => answered(423, { 'Min-Expires': String(700 + i) }))
    expect(after(...raises).state.name).toBe('waiting')
  })
})

describe('credentials (RFC 3261 §22, RFC 8760)', () => {
  test('a 401 is answered at once with a CSeq one higher (§22.2)', () => {
    const { effects } = after(challenge())
    expect(sent(effects)).toMatchObject({ cseq: 2, expiresS: 600 })
    expect(credentialsIn(effects)).toMatchObject([
      {
        name: 'Authorization',
        username: 'alice',
        realm: 'example',
        uri: 'sip:sip.example.net',
        nc: '00000001',
      },
    ])
  })

  test('a 407 is answered in Proxy-Authorization, beside what a registrar asked for (§22.3)', () => {
    const proxy = answered(407, { 'Proxy-Authenticate': 'Digest realm="example", nonce="p", qop="auth"' })
    const names = credentialsIn(after(proxy, challenge()).effects)?.map(({ name }) => name)
    expect(names).toEqual(['Proxy-Authorization', 'Authorization'])
  })

  test('a renewal proves itself with the known nonce and the next count (RFC 7616 §3.4)', () => {
    expect(credentialsIn(after(challenge(), accepted, timer).effects)).toMatchObject([
      { nonce: 'n1', nc: '00000002' },
    ])
  })

  test('a nonce that went stale is replaced, without a failure (RFC 7616 §3.3)', () => {
    const stale = answered(401, {
      'WWW-Authenticate': 'Digest realm="example", nonce="n2", qop="auth", stale=true',
    })
    const { state, effects } = after(challenge(), accepted, timer, stale)
    expect(credentialsIn(effects)).toMatchObject([{ nonce: 'n2', nc: '00000001' }])
    expect(state.facts.failures).toBe(0)
  })

  test('a password that is refused is not sent again until much later (§22.1)', () => {
    const { state, effects } = after(challenge(), challenge())
    expect(state).toMatchObject({ name: 'waiting', facts: { reason: '401 Unauthorized' } })
    expect(waits(effects)).toBe(600_000)
  })

  test('the first realm is kept: another one later sees no credentials', () => {
    const { state, effects } = after(challenge(), accepted, timer, challenge('', 'elsewhere'))
    expect(sent(effects)).toBeUndefined()
    expect(state.facts.reason).toBe('401 Unauthorized: another realm')
  })

  test('a realm that is set is the only one that is answered', () => {
    const strict = { ...ground, account: { username: 'alice', password: 'secret', realm: 'mine' } }
    const first = startRegistration(strict).state
    expect(sent(registrationTransition(first, challenge(), strict).effects)).toBeUndefined()
    expect(sent(registrationTransition(first, challenge('', 'mine'), strict).effects)).toBeDefined()
  })

  test('without an account a challenge is a refusal', () => {
    const open = { ...ground, account: null }
    const step = registrationTransition(startRegistration(open).state, challenge(), open)
    expect(step.state.facts.reason).toBe('401 Unauthorized: no credentials')
  })

  test('a host that offers auth-int alone is refused, and that is said (RFC 7616 §3.4)', () => {
    const only = answered(401, { 'WWW-Authenticate': 'Digest realm="example", nonce="n1", qop="auth-int"' })
    const { state, effects } = after(only)
    expect(sent(effects)).toBeUndefined()
    expect(state.facts.reason).toBe('401 Unauthorized: only auth-int is offered, which is not supported')
  })

  test('a host that says stale for ever is left', () => {
    const inputs = Array.from({ length: 8 }, (_, i) =>
      answered(401, { 'WWW-Authenticate': `Digest realm="example", nonce="s${i}", qop="auth", stale=true` }),
    )
    expect(after(...inputs).state.name).toBe('waiting')
  })

  test('no password stands in the state', () => {
    expect(JSON.stringify(after(challenge(), accepted).state)).not.toContain('secret')
  })
})

describe('failures', () => {
  const silence = unanswered('timeout')

  test.each([
    { failures: 1, ms: 1_000 },
    { failures: 2, ms: 2_000 },
    { failures: 3, ms: 4_000 },
    { failures: 9, ms: 256_000 },
    { failures: 10, ms: 300_000 },
    { failures: 40, ms: 300_000 },
  ])('after $failures in a row it waits $ms ms', ({ failures, ms }) => {
    const inputs = Array.from({ length: failures }, () => [timer, silence]).flat()
    expect(waits(after(...inputs).effects)).toBe(ms)
  })

  test('up to a quarter sooner, so that not all come at once', () => {
    expect(waits(after({ ...silence, random: 0.999 } as RegistrationInput).effects)).toBe(750)
  })

  test.each([
    { status: 403, reason: '403 Forbidden', ms: 600_000 },
    { status: 404, reason: '404 Not Found', ms: 600_000 },
    { status: 302, reason: '302 Moved Temporarily', ms: 600_000 },
    { status: 603, reason: '603 Decline', ms: 600_000 },
    { status: 408, reason: '408 Request Timeout', ms: 1_000 },
    { status: 500, reason: '500 Server Internal Error', ms: 1_000 },
    { status: 503, reason: '503 Service Unavailable', ms: 1_000 },
  ])('a $status is tried again after $ms ms', ({ status, reason, ms }) => {
    const { state, effects } = after(answered(status))
    expect(registrationView(state, 'host', now)).toMatchObject({ state: 'failed', reason })
    expect(waits(effects)).toBe(ms)
  })

  test('Retry-After is waited for (§20.33), an hour at most', () => {
    expect(waits(after(answered(503, { 'Retry-After': '120' })).effects)).toBe(120_000)
    expect(waits(after(answered(503, { 'Retry-After': '99999' })).effects)).toBe(3_600_000)
  })

  test.each([
    { input: silence, reason: 'no answer' },
    { input: unanswered('transport error'), reason: 'not reachable' },
    { input: answered(503), reason: '503 Service Unavailable' },
  ])('$reason while it stands: what the host said holds until it ends', ({ input, reason }) => {
    const { state } = after(accepted, timer, input)
    const until = now + 600_000
    expect(registrationView(state, 'host', until - 1)).toEqual({
      host: 'host',
      state: 'registered',
      until,
      reason,
    })
    expect(registrationView(state, 'host', until)).toMatchObject({ state: 'failed', until: null })
  })

  test('a refusal ends what the host said before', () => {
    expect(registrationView(after(accepted, timer, answered(403)).state, 'host', now)).toMatchObject({
      state: 'failed',
      reason: '403 Forbidden',
    })
  })

  test('a success forgets the failures', () => {
    const { state } = after(silence, timer, accepted)
    expect(state.facts).toMatchObject({ failures: 0, reason: null })
  })
})

describe('taking it back (RFC 3261 §10.2.2)', () => {
  test('a registration is removed with an expiry of 0 and its timer stopped', () => {
    const { state, effects } = after(challenge(), accepted, stop)
    expect(state.name).toBe('leaving')
    expect(effects[0]).toEqual({ type: 'stop timer' })
    expect(sent(effects)).toMatchObject({ cseq: 3, expiresS: 0 })
    expect(credentialsIn(effects)).toMatchObject([{ nonce: 'n1', nc: '00000002' }])
  })

  test.each([
    { what: 'a 2xx', input: answered(200) },
    { what: 'a refusal', input: answered(403) },
    { what: 'silence', input: unanswered('timeout') },
  ])('$what to it ends it', ({ input }) => {
    expect(after(accepted, stop, input).state.name).toBe('gone')
  })

  test('a challenge of it is answered', () => {
    const { state, effects } = after(accepted, stop, challenge())
    expect(state.name).toBe('leaving')
    expect(sent(effects)).toMatchObject({ expiresS: 0 })
  })

  test('it waits for the answer to a REGISTER that is out', () => {
    expect(after(stop).effects).toEqual([])
    expect(sent(after(stop, accepted).effects)).toMatchObject({ expiresS: 0 })
  })

  test.each([
    { what: 'never registered', inputs: [unanswered('timeout'), stop] },
    { what: 'refused', inputs: [accepted, timer, answered(403), stop] },
    { what: 'not answered while it was to stop', inputs: [stop, unanswered('timeout')] },
  ])('nothing is said where there is nothing to remove: $what', ({ inputs }) => {
    const { state, effects } = after(...inputs)
    expect(state.name).toBe('gone')
    expect(sent(effects)).toBeUndefined()
  })

  test('it is gone for good', () => {
    const gone = after(accepted, stop, answered(200)).state
    for (const input of [timer, stop, accepted, unanswered('timeout')])
      expect(registrationTransition(gone, input, ground)).toEqual({ state: gone, effects: [] })
  })
})
