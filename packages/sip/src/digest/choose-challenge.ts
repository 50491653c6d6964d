import { type DigestChallenge, type DigestCrypto, HASHES_BY_STRENGTH, readDigestAlgorithm } from './digest.ts'

/** Why no challenge of a realm can be answered. */
export type ChoiceError = 'digest.unsupported-algorithm' | 'digest.auth-int-only' | 'digest.unsupported-qop'

/** The strongest challenge that can be answered; among equals the topmost (RFC 8760 §2.4). */
export function chooseChallenge(
  challenges: readonly DigestChallenge[],
  crypto: DigestCrypto,
): DigestChallenge | ChoiceError {
  const known = challenges.filter(({ algorithm }) => {
    const read = readDigestAlgorithm(algorithm)
    return read !== undefined && crypto.hashes.includes(read.hash)
  })
  if (known.length === 0) return 'digest.unsupported-algorithm'
  const able = known.filter(({ qop }) => qop.length === 0 || qop.includes('auth'))
  const rank = ({ algorithm }: DigestChallenge) =>
    HASHES_BY_STRENGTH.indexOf(readDigestAlgorithm(algorithm)!.hash)
  const best = able.toSorted((one, other) => rank(one) - rank(other))[0]
  if (best !== undefined) return best
  return known.some(({ qop }) => qop.includes('auth-int')) ? 'digest.auth-int-only' : 'digest.unsupported-qop'
}
