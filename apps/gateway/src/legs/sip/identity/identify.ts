import type { CallerIdentity } from '@ringdown/contract'
import { identityWord, type SipRequest } from '@ringdown/sip'
import type { VerifyCaller } from '../sip.port.ts'
import { type CallerCheck, completeNumberOf } from './caller-check.rules.ts'

/**
 * What is proved about a caller: what a carrier signed, or, where that proves nothing either way, what a trusted trunk says. Never
 * rejects.
 */
export async function identify(
  signed: { invite: SipRequest; check: CallerCheck | undefined; arrivedAt: number },
  verifyCaller: VerifyCaller | undefined,
): Promise<CallerIdentity> {
  const { invite, check, arrivedAt } = signed
  if (check === undefined) return 'unverified'
  const { numbers, trunkWord, onlyFrom } = check
  const seen = onlyFrom ? withoutAsserted(invite) : invite
  const verified = await verifyCaller?.(seen, { at: arrivedAt, completeNumber: completeNumberOf(numbers) })
  const word = verified === undefined ? 'unverified' : identityWord(verified)
  return word === 'unverified' ? (trunkWord ?? word) : word
}

/** A signature for a number that nobody is shown proves nothing about the one that is (RFC 8224 §8.1). */
const withoutAsserted = (invite: SipRequest): SipRequest => ({
  ...invite,
  headers: invite.headers.filter(({ name }) => name.toLowerCase() !== 'p-asserted-identity'),
})
