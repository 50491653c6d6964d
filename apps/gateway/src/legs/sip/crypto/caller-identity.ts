import {
  type CallerIdentity,
  type CompleteNumber,
  type SipRequest,
  startVerification,
  type VerifyEffect,
  type VerifyInput,
  verify,
  verstatOf,
} from '@ringdown/sip'
import { type CertificateChain, type ChainPolicy, isTrusted } from './certificate-chain.ts'
import type { CertificateSource } from './certificate-source.ts'
import { verifyEs256 } from './es256.ts'

export interface CallerIdentityOptions {
  readonly certificates: CertificateSource
  readonly policy: ChainPolicy
  /** Wall clock, ms since 1970. */
  readonly now: () => number
}

/** What a trunk adds to the question who calls. */
export interface TrunkIdentity {
  /** Whether its `verstat` is believed. */
  readonly trusted: boolean
  readonly completeNumber?: CompleteNumber
}

/** Finds out who calls with an INVITE: by the word of a trusted trunk, else by the Identity header. */
export type CallerIdentityCheck = (invite: SipRequest, trunk: TrunkIdentity) => Promise<CallerIdentity>

/** Carries the verification of packages/sip through with Node's cryptography. Never rejects. */
export function createCallerIdentityCheck(options: CallerIdentityOptions): CallerIdentityCheck {
  return async (request, { trusted, completeNumber }) => {
    const told = verstatOf(request, { trusted })
    if (told !== undefined) return told
    let step = startVerification<CertificateChain>({
      request,
      now: Math.floor(options.now() / 1000),
      ...(completeNumber ? { completeNumber } : {}),
    })
    for (;;) {
      const effect = step.effects[0]
      if (effect?.type === 'result') return effect.identity
      step = verify(step.state, await answer(effect, options))
    }
  }
}

async function answer(
  effect: VerifyEffect<CertificateChain> | undefined,
  { certificates, policy, now }: CallerIdentityOptions,
): Promise<VerifyInput<CertificateChain>> {
  switch (effect?.type) {
    case 'check chain':
      return { type: 'chain', trusted: isTrusted(effect.certificate, policy, now()) }
    case 'verify signature':
      return {
        type: 'signature',
        valid: verifyEs256({ ...effect, publicKey: effect.certificate[0].publicKey }),
      }
    case 'fetch certificate': {
      const certificate = await certificates(effect.url).catch(() => undefined)
      return certificate ? { type: 'certificate', certificate } : { type: 'no certificate' }
    }
    default:
      return { type: 'no certificate' }
  }
}
