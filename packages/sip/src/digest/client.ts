import { header, headerLines } from '../message/header-names.ts'
import type { Header, SipResponse } from '../message/message.ts'
import { parseChallenges } from './challenge.ts'
import { type ChoiceError, chooseChallenge } from './choose-challenge.ts'
import {
  credentialsFor,
  type DigestCredential,
  type DigestSession,
  type DigestTarget,
} from './credentials.ts'
import type { DigestChallenge, DigestCrypto } from './digest.ts'
import { nextNonceOf } from './info.ts'

/** Why a challenge is not answered. Contains nothing of the challenge or the credentials. */
export type DigestClientError =
  | 'digest.no-challenge'
  | 'digest.malformed'
  | 'digest.foreign-host'
  | 'digest.foreign-realm'
  | 'digest.refused'
  | ChoiceError

/** Headers to add to the next request, and what to remember for the one after it. */
export type DigestAnswer =
  | { readonly ok: true; readonly headers: readonly Header[]; readonly sessions: readonly DigestSession[] }
  | { readonly ok: false; readonly error: DigestClientError }

const refuse = (error: DigestClientError): DigestAnswer => ({ ok: false, error })

/**
 * Answers the challenges of a 401 or 407 (RFC 3261 §22.2, §22.3; RFC 8760 §2.4). Of several challenges of one realm the
 * strongest supported one is answered; every realm with a credential is answered, and no other: a challenge of a foreign realm or
 * for a foreign host never sees one. A realm that refuses an answer it has just been given is not answered again, unless it says
 * that the nonce was stale (RFC 3261 §22.1). Send the same request again with a new branch and a higher CSeq.
 * `cnonce` must be unguessable and new (at least 64 random bits; letters and digits).
 */
export function answerChallenge(of: {
  readonly response: SipResponse
  readonly target: DigestTarget
  readonly credentials: readonly DigestCredential[]
  /** What `answerChallenge` or `authorize` returned for the request that was challenged; empty for the first. */
  readonly sessions: readonly DigestSession[]
  readonly cnonce: string
  readonly crypto: DigestCrypto
}): DigestAnswer {
  const challenges = challengesOf(of.response)
  if (challenges === undefined) return refuse('digest.malformed')
  if (challenges.length === 0) return refuse('digest.no-challenge')
  const usable = of.credentials.filter(({ host }) => sameHost(host, of.target.host))
  if (usable.length === 0) return refuse('digest.foreign-host')
  const realms = new Set(
    challenges.map(({ realm }) => realm).filter(r => usable.some(({ realm }) => realm === r)),
  )
  if (realms.size === 0) return refuse('digest.foreign-realm')
  const from = of.response.status === 407 ? 'proxy' : 'server'
  let sessions = of.sessions
  for (const realm of realms) {
    const place = { from, host: of.target.host, realm } as const
    const chosen = chooseChallenge(
      challenges.filter(challenge => challenge.realm === realm),
      of.crypto,
    )
    if (typeof chosen === 'string') return refuse(chosen)
    const stale = staleInRow(
      sessions.find(known => belongs(known, place)),
      chosen,
    )
    if (stale === undefined) return refuse('digest.refused')
    const { nonce: firstNonce } = chosen
    const made = {
      from,
      host: place.host,
      challenge: chosen,
      cnonce: of.cnonce,
      count: 0,
      firstNonce,
      stale,
    } as const
    sessions = [...sessions.filter(known => !belongs(known, place)), made]
  }
  return authorize({ ...of, sessions })
}

/** The Digest challenges of a response in order; undefined when one is malformed. */
function challengesOf(response: SipResponse): readonly DigestChallenge[] | undefined {
  if (response.status !== 401 && response.status !== 407) return []
  const name = response.status === 407 ? 'proxy-authenticate' : 'www-authenticate'
  const lists = headerLines(response, name).map(parseChallenges)
  return lists.includes(undefined) ? undefined : lists.flatMap(list => list ?? [])
}

const MAX_STALE = 3

/**
 * How many times in a row a fresh nonce was called stale; undefined when the realm refuses our answer and must not be asked
 * again. A nonce that had served before may have expired even where the server forgets to say `stale`.
 */
function staleInRow(before: DigestSession | undefined, challenge: DigestChallenge): number | undefined {
  if (before === undefined) return 0
  if (before.count > 1 && challenge.nonce !== before.challenge.nonce) return 0
  return challenge.stale && before.stale < MAX_STALE ? before.stale + 1 : undefined
}

/**
 * Credentials for one more request to a host that has challenged before (RFC 3261 §22.2): each nonce is used again with a count
 * one higher. Only sessions of this host whose credential is given are used; without one there are no headers.
 */
export function authorize(of: {
  readonly target: DigestTarget
  readonly credentials: readonly DigestCredential[]
  readonly sessions: readonly DigestSession[]
  readonly crypto: DigestCrypto
}): { readonly ok: true; readonly headers: readonly Header[]; readonly sessions: readonly DigestSession[] } {
  const headers: Header[] = []
  const sessions = of.sessions.map(session => {
    const { realm } = session.challenge
    const credential = of.credentials.find(
      known =>
        known.realm === realm && sameHost(known.host, of.target.host) && sameHost(known.host, session.host),
    )
    if (credential === undefined || session.count >= MAX_COUNT) return session
    const used = { ...session, count: session.count + 1 }
    const name = session.from === 'proxy' ? 'Proxy-Authorization' : 'Authorization'
    headers.push({
      name,
      value: credentialsFor({ session: used, credential, target: of.target, crypto: of.crypto }),
    })
    return used
  })
  return { ok: true, headers, sessions }
}

const MAX_COUNT = 0xffffffff

/**
 * Takes the next nonce from Authentication-Info or Proxy-Authentication-Info of a successful response (RFC 7616 §3.5). The
 * header names no realm, so it is believed only where exactly one session of that kind and host exists.
 */
export function takeNextNonce(of: {
  readonly response: SipResponse
  readonly host: string
  readonly sessions: readonly DigestSession[]
}): readonly DigestSession[] {
  return (['server', 'proxy'] as const).reduce<readonly DigestSession[]>((sessions, from) => {
    const name = from === 'proxy' ? 'proxy-authentication-info' : 'authentication-info'
    const nonce = nextNonceOf(header(of.response, name) ?? '')
    const known = sessions.filter(session => session.from === from && sameHost(session.host, of.host))
    if (nonce === undefined || known.length !== 1) return sessions
    return sessions.map(session =>
      session === known[0] ? { ...session, challenge: { ...session.challenge, nonce }, count: 0 } : session,
    )
  }, of.sessions)
}

const sameHost = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

const belongs = (
  session: DigestSession,
  to: { readonly from: DigestSession['from']; readonly host: string; readonly realm: string },
): boolean =>
  session.from === to.from && sameHost(session.host, to.host) && session.challenge.realm === to.realm
