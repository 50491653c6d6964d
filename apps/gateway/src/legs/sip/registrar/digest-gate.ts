import type { DigestHash, DigestPolicy, DigestServerCrypto, Flow, Header, SipRequest } from '@ringdown/sip'
import {
  checkCredentials,
  createChallenges,
  createNonceCounts,
  issueTimeOf,
  readCredentials,
} from '@ringdown/sip'
import { isProven } from '../defence/defence.rules.ts'
import type { Acquaintances, Offences } from '../defence/offences.port.ts'
import type { Clock } from '../sip.port.ts'
import { brokenCredentials } from './digest-refusal.rules.ts'
import { OfferedHashes } from './offered-hashes.ts'
import type { Device, DevicesPort } from './registrar.port.ts'

/** ms. A telephone that registers more seldom is asked again, with `stale`. */
const nonceLifetime = 5 * 60_000
/** Longer than any registration lasts. ms */
const vouchedMs = 65 * 60_000
/** Nonces whose counts are remembered, about 200 bytes each; a telephone uses one at a time. */
const rememberedNonces = 20_000

export type DigestGateNeeds = {
  realm: string
  hashes: readonly DigestHash[]
  devices: DevicesPort
  defence: Offences & Acquaintances
  clock: Pick<Clock, 'now'>
  crypto: DigestServerCrypto
}

type GateRefusal = { ok: false; status: 400 | 401; reason?: string; headers: readonly Header[] }

export type GateVerdict = { ok: true; device: Device } | GateRefusal

/**
 * Asks for a telephone's password (RFC 3261 §22, RFC 8760) and judges what it answers. Whoever has none gets the same challenge,
 * after the same work, whether the username is somebody's or not.
 */
export class DigestGate {
  readonly #needs: DigestGateNeeds
  readonly #policy: DigestPolicy
  readonly #offers: OfferedHashes
  readonly #counts = createNonceCounts({ limit: rememberedNonces, lifetime: nonceLifetime })

  constructor(needs: DigestGateNeeds) {
    this.#needs = needs
    const { realm, hashes } = needs
    this.#policy = { realm, as: 'server', hashes, nonceLifetime }
    this.#offers = new OfferedHashes(hashes, needs.clock)
  }

  /** The challenge for a request without credentials of ours; undefined when it has some. Asks nobody. */
  challenge(request: SipRequest, flow: Flow): GateRefusal | undefined {
    if (readCredentials(request, this.#policy)) return undefined
    return this.#asked(flow, { hashes: this.#offers.first(request, flow), stale: false })
  }

  /** Rejects when the telephones cannot be read. */
  async judge(request: SipRequest, flow: Flow): Promise<GateVerdict> {
    const given = readCredentials(request, this.#policy)
    this.#offers.answered(request, flow)
    const { device, passwordHashes } = await this.#needs.devices.find(given?.username ?? '')
    const verdict = checkCredentials({
      request,
      policy: this.#policy,
      source: flow.address,
      passwordHashes,
      counts: this.#counts,
      now: this.#needs.clock.now(),
      crypto: this.#needs.crypto,
    })
    if (verdict.ok && device) {
      this.#needs.defence.vouch(flow.address, vouchedMs)
      return { ok: true, device }
    }
    const refusal = verdict.ok ? 'digest.credentials' : verdict.refusal
    if (refusal === 'digest.credentials')
      this.#needs.defence.report(flow.address, 'authentication', this.#isProven(given?.nonce ?? '', flow))
    const isBroken = !verdict.ok && verdict.challenge === undefined
    if (isBroken) return { ok: false, ...brokenCredentials(refusal) }
    const stale = !verdict.ok && verdict.challenge?.stale === true
    return this.#asked(flow, { hashes: this.#offers.again(given), stale })
  }

  /** Who has a nonce that we sent to an address has the address, over UDP too. */
  #isProven(nonce: string, flow: Flow): boolean {
    const binding = { realm: this.#policy.realm, source: flow.address }
    return isProven(flow) || issueTimeOf({ nonce, binding, crypto: this.#needs.crypto }) !== undefined
  }

  #asked(
    { address }: Flow,
    { hashes, stale }: { hashes: readonly DigestHash[]; stale: boolean },
  ): GateRefusal {
    const { clock, crypto } = this.#needs
    const headers = createChallenges({
      policy: { ...this.#policy, hashes },
      source: address,
      stale,
      now: clock.now(),
      crypto,
    })
    return { ok: false, status: 401, headers }
  }
}
