import { startVerification, type VerifyEffect, type VerifyInput, verify } from '@ringdown/sip'
import type { VerifyCaller } from '../sip.port.ts'
import { type CertificateChain, type ChainPolicy, isTrusted } from './certificate-chain.ts'
import type { CertificateSource } from './certificate-source.ts'
import { verifyEs256 } from './es256.ts'

export interface CallerIdentityOptions {
  readonly certificates: CertificateSource
  readonly policy: ChainPolicy
}

/** Carries the verification of packages/sip through with Node's cryptography. Never rejects. */
export function createCallerIdentityCheck(options: CallerIdentityOptions): VerifyCaller {
  return async (request, { at, completeNumber }) => {
    let step = startVerification<CertificateChain>({
      request,
      now: Math.floor(at / 1000),
      completeNumber,
    })
    for (;;) {
      const effect = step.effects[0]
      if (effect?.type === 'result') return effect.identity
      step = verify(step.state, await answer(effect, options, at))
    }
  }
}

async function answer(
  effect: VerifyEffect<CertificateChain> | undefined,
  { certificates, policy }: CallerIdentityOptions,
  at: number,
): Promise<VerifyInput<CertificateChain>> {
  switch (effect?.type) {
    case 'check chain':
      return { type: 'chain', trusted: isTrusted(effect.certificate, policy, at) }
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
