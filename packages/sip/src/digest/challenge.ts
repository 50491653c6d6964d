import { isToken, paramValue, quote } from '../message/grammar.ts'
import type { Param } from '../message/message.ts'
import { parseDigestParams } from './auth-params.ts'
import type { DigestChallenge } from './digest.ts'

const READ = new Set(['realm', 'nonce', 'algorithm', 'opaque', 'stale', 'qop'])

/**
 * The Digest challenges of one WWW-Authenticate or Proxy-Authenticate value (RFC 3261 §20.44, RFC 7616 §3.3), in order.
 * Other schemes are left out; undefined when the value is malformed or a challenge lacks realm or nonce.
 */
export function parseChallenges(value: string): readonly DigestChallenge[] | undefined {
  const challenges = parseDigestParams(value)?.map(({ params }) => challengeOf(params))
  return challenges?.every(challenge => challenge !== undefined) ? challenges : undefined
}

function challengeOf(params: readonly Param[]): DigestChallenge | undefined {
  const realm = paramValue(params, 'realm')
  const nonce = paramValue(params, 'nonce')
  const opaque = paramValue(params, 'opaque')
  if (realm === undefined || nonce === undefined) return undefined
  return {
    realm,
    nonce,
    algorithm: paramValue(params, 'algorithm') ?? 'MD5',
    ...(opaque === undefined ? {} : { opaque }),
    stale: paramValue(params, 'stale')?.toLowerCase() === 'true',
    qop: (paramValue(params, 'qop') ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(isToken),
    others: params.filter(param => !READ.has(param.name)),
  }
}

/** Writes a challenge; `algorithm` and `stale` are tokens, everything else is quoted (RFC 7616 §3.3). */
export function serializeChallenge(challenge: DigestChallenge): string {
  const { realm, nonce, algorithm, opaque, stale, qop, others } = challenge
  const params = [
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ...(stale ? ['stale=true'] : []),
    `algorithm=${algorithm}`,
    ...(qop.length === 0 ? [] : [`qop=${quote(qop.join(','))}`]),
    ...others.map(({ name, value = '' }) => `${name}=${quote(value)}`),
  ]
  return `Digest ${params.join(', ')}`
}
