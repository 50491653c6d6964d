import { createHash, randomBytes } from 'node:crypto'
import {
  answerChallenge,
  type DigestHash,
  type Header,
  headerLines,
  parseChallenges,
  type SipResponse,
} from '@ringdown/sip'

/** What a telephone proves itself with. */
export type PhoneAccount = { username: string; password: string }

const nodeNames: Partial<Readonly<Record<DigestHash, string>>> = { MD5: 'md5', 'SHA-256': 'sha256' }

/** The credentials that a 401 or 407 asks for, for the same request once more; none where the challenge cannot be answered. */
export function credentialsFor(
  account: PhoneAccount,
  { response, method, uri }: { response: SipResponse; method: string; uri: string },
): readonly Header[] {
  const name = response.status === 407 ? 'proxy-authenticate' : 'www-authenticate'
  const realm = headerLines(response, name).flatMap(line => parseChallenges(line) ?? [])[0]?.realm ?? ''
  const host = 'server'
  const answer = answerChallenge({
    response,
    target: { method, uri, host },
    credentials: [{ ...account, host, realm }],
    sessions: [],
    cnonce: randomBytes(10).toString('hex'),
    crypto: {
      hashes: ['SHA-256', 'MD5'],
      hash: (hash, bytes) =>
        createHash(nodeNames[hash] ?? hash)
          .update(bytes)
          .digest('hex'),
    },
  })
  return answer.ok ? answer.headers : []
}
