import {
  answerChallenge,
  type DigestCrypto,
  type DigestSession,
  type Header,
  headerLines,
  parseChallenges,
  type SipResponse,
} from '@ringdown/sip'
import type { TrunkCredentials } from '../sip.port.ts'

type CredentialsNeeds = {
  /** The trunk's; undefined: it has none. */
  ask(): Promise<TrunkCredentials | undefined>
  crypto: DigestCrypto
  newToken(): string
}

/** What one call of ours shows to those who challenge it (RFC 3261 §22): to the host and the realm that it is for, and to no other. */
export class CallCredentials {
  readonly #needs: CredentialsNeeds
  #sessions: readonly DigestSession[] = []
  /** By host: the first that asked there, where the trunk's settings name none. */
  readonly #realms = new Map<string, string>()

  constructor(needs: CredentialsNeeds) {
    this.#needs = needs
  }

  /** The headers for the next try; none: there is nothing to show here. `host`: who our credentials are for; null: nobody. */
  async answer(challenge: {
    method: string
    uri: string
    response: SipResponse
    host: string | null
  }): Promise<readonly Header[]> {
    const { method, uri, response, host } = challenge
    const known = host === null ? undefined : await this.#needs.ask()
    if (host === null || !known) return []
    const realm = known.realm ?? this.#realms.get(host) ?? firstRealm(response)
    if (realm === undefined) return []
    this.#realms.set(host, realm)
    const { username, password } = known
    const answer = answerChallenge({
      response,
      target: { method, uri, host },
      credentials: [{ username, password, host, realm }],
      sessions: this.#sessions,
      cnonce: this.#needs.newToken(),
      crypto: this.#needs.crypto,
    })
    if (!answer.ok) return []
    this.#sessions = answer.sessions
    return answer.headers
  }
}

function firstRealm(response: SipResponse): string | undefined {
  const name = response.status === 407 ? 'proxy-authenticate' : 'www-authenticate'
  return headerLines(response, name).flatMap(line => parseChallenges(line) ?? [])[0]?.realm
}
