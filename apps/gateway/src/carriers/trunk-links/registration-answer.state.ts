import {
  answerChallenge,
  authorize,
  type DigestClientError,
  type DigestCredential,
  headerLines,
  isSuccess,
  minExpiresOf,
  parseChallenges,
  retryAfterOf,
  type SipResponse,
  takeNextNonce,
} from '@ringdown/sip'
import { refreshMs, retryMs } from './back-off.rules.ts'
import { grantedExpiryS } from './granted-expiry.rules.ts'
import type {
  Registration,
  RegistrationEffect,
  RegistrationFacts,
  RegistrationGround,
  RegistrationInput,
  RegistrationStep,
} from './registration.state.ts'
import { statusText } from './status-text.rules.ts'

type Asking = Extract<Registration, { name: 'asking' }>
type Answer = Extract<RegistrationInput, { type: 'answered' }>
type Unanswered = Extract<RegistrationInput, { type: 'unanswered' }>
type Send = Extract<RegistrationEffect, { type: 'send' }>

/** A proxy's and a registrar's challenge, each stale once or twice, and a 423: more is no conversation. */
const mostRounds = 6

/** What a registrar may raise the expiry to, seconds: a week. */
const longestAskS = 604_800

/** The next REGISTER, with what the last challenge lets us prove at once (RFC 3261 §22.2). */
export function refreshed(facts: RegistrationFacts, ground: RegistrationGround): RegistrationStep {
  const { headers, sessions } = authorize({
    target: targetOf(ground),
    credentials: credentialsOf(facts.realm, ground),
    sessions: facts.sessions,
    crypto: ground.crypto,
  })
  const next = { ...facts, sessions, cseq: facts.cseq + 1 }
  return {
    state: { name: 'asking', facts: next, rounds: 0, stopping: false },
    effects: [{ type: 'send', cseq: next.cseq, expiresS: facts.askS, headers }],
  }
}

/** What comes of a REGISTER that was sent. */
export function answered(
  state: Asking,
  input: Answer | Unanswered,
  ground: RegistrationGround,
): RegistrationStep {
  if (input.type === 'unanswered') {
    const reason = input.why === 'timeout' ? 'no answer' : 'not reachable'
    return failed(state.facts, { ...input, reason })
  }
  const { response } = input
  if (isSuccess(response)) return registered(state.facts, input, ground)
  if (response.status === 423) return tooBrief(state, input, ground)
  if (response.status !== 401 && response.status !== 407) return failed(state.facts, refusal(input))
  const next = challenged({ ...state, expiresS: state.facts.askS }, input, ground)
  if (!next.ok) return failed(state.facts, { ...refusal(input), reason: next.reason })
  return { state: { ...state, facts: next.facts, rounds: state.rounds + 1 }, effects: [next.send] }
}

// RFC 3261 §10.2.4: the binding stands for as long as the registrar says.
function registered(facts: RegistrationFacts, input: Answer, ground: RegistrationGround): RegistrationStep {
  const { response, contact, now, random } = input
  const grantedS = grantedExpiryS({ response, contact, askedS: facts.askS })
  if (grantedS === 0) return failed(facts, { ...input, reason: 'accepted, but not kept', isRefusal: true })
  const sessions = takeNextNonce({ response, host: ground.host, sessions: facts.sessions })
  const until = now + grantedS * 1_000
  return {
    state: { name: 'registered', facts: { ...facts, sessions, until, failures: 0, reason: null } },
    effects: [{ type: 'timer', ms: refreshMs(grantedS, random) }],
  }
}

// RFC 3261 §10.2.8: the same again with an expiry that is long enough.
function tooBrief(state: Asking, input: Answer, ground: RegistrationGround): RegistrationStep {
  const wantedS = minExpiresOf(input.response) ?? 0
  const isUsable = wantedS > state.facts.askS && wantedS <= longestAskS && state.rounds < mostRounds
  if (!isUsable) return failed(state.facts, refusal(input))
  const { state: next, effects } = refreshed({ ...state.facts, askS: wantedS }, ground)
  return { state: { ...state, facts: next.facts, rounds: state.rounds + 1 }, effects }
}

type Challenged = { ok: true; facts: RegistrationFacts; send: Send } | { ok: false; reason: string }

/** RFC 3261 §22.2: the same REGISTER with credentials, if the challenge is one that ours are for. */
export function challenged(
  of: { facts: RegistrationFacts; rounds: number; expiresS: number },
  { response, cnonce }: Answer,
  ground: RegistrationGround,
): Challenged {
  const { facts } = of
  const refused = statusText(response.status)
  if (of.rounds >= mostRounds) return { ok: false, reason: refused }
  const realm = facts.realm ?? firstRealm(response)
  const { crypto } = ground
  const credentials = credentialsOf(realm, ground)
  const target = targetOf(ground)
  const answer = answerChallenge({ response, target, credentials, sessions: facts.sessions, cnonce, crypto })
  if (!answer.ok) return { ok: false, reason: explained(refused, answer.error) }
  const cseq = facts.cseq + 1
  return {
    ok: true,
    facts: { ...facts, realm, cseq, sessions: answer.sessions },
    send: { type: 'send', cseq, expiresS: of.expiresS, headers: answer.headers },
  }
}

type Failure = {
  now: number
  random: number
  reason: string
  /** The host answered no; what it said before does not hold any more. */
  isRefusal?: boolean
  retryAfterS?: number | undefined
}

function refusal(input: Answer): Failure {
  const { response, now, random } = input
  const reason = statusText(response.status)
  return { now, random, reason, isRefusal: isRefusal(response), retryAfterS: retryAfterOf(response)?.seconds }
}

/** A redirect is one too: our credentials are for this host alone. */
const isRefusal = ({ status }: SipResponse): boolean => status !== 408 && (status < 500 || status >= 600)

function failed(facts: RegistrationFacts, failure: Failure): RegistrationStep {
  const { random, reason, isRefusal = false, retryAfterS } = failure
  const failures = facts.failures + 1
  // Nonces that led to a refusal lead nowhere; one that was not answered may still be good.
  const changed = isRefusal ? { until: null, sessions: [] } : {}
  return {
    state: { name: 'waiting', facts: { ...facts, ...changed, failures, reason } },
    effects: [{ type: 'timer', ms: retryMs({ failures, isFinal: isRefusal, retryAfterS, random }) }],
  }
}

function explained(refused: string, error: DigestClientError): string {
  if (error === 'digest.foreign-realm') return `${refused}: another realm`
  if (error === 'digest.foreign-host') return `${refused}: no credentials`
  if (error === 'digest.malformed' || error === 'digest.no-challenge')
    return `${refused}: no challenge to answer`
  if (error === 'digest.auth-int-only') return `${refused}: only auth-int is offered, which is not supported`
  return error === 'digest.refused' ? refused : `${refused}: no method that is known here`
}

const targetOf = ({ registrar, host }: RegistrationGround) => ({ method: 'REGISTER', uri: registrar, host })

function credentialsOf(realm: string | null, { account, host }: RegistrationGround): DigestCredential[] {
  if (!account) return []
  const { username, password } = account
  const own = account.realm ?? realm
  return own === null ? [] : [{ username, password, host, realm: own }]
}

function firstRealm(response: SipResponse): string | null {
  const name = response.status === 407 ? 'proxy-authenticate' : 'www-authenticate'
  return headerLines(response, name).flatMap(line => parseChallenges(line) ?? [])[0]?.realm ?? null
}
