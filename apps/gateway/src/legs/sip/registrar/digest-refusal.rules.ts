import type { DigestRefusal, Header } from '@ringdown/sip'

/** What is said to a telephone whose credentials break what it was asked for. Says nothing of who has which password. */
const words: Partial<Readonly<Record<DigestRefusal, string>>> = {
  // RFC 7616 §3.4: only `auth` was offered. Phones that want their bodies protected are protected better by TLS.
  'digest.auth-int': 'qop auth-int is not supported, auth is',
  'digest.no-qop': 'Credentials without qop are not taken',
  'digest.qop': 'This qop is not supported, auth is',
  'digest.algorithm': 'This algorithm was not offered',
  'digest.userhash': 'Hashed usernames are not supported',
  'digest.uri': 'The credentials are for another URI',
}

/** RFC 3261 §20.43, §21.4.1: the reason in the phrase, where people read it in a trace, and in a Warning, where programs do. */
export function brokenCredentials(refusal: DigestRefusal): {
  status: 400
  reason?: string
  headers: readonly Header[]
} {
  const text = words[refusal]
  if (text === undefined) return { status: 400, headers: [] }
  return { status: 400, reason: text, headers: [{ name: 'Warning', value: `399 ringdown "${text}"` }] }
}
