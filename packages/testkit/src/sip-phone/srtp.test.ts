import { afterEach, expect, it } from 'vitest'
import { type AnsweringPhone, createAnsweringPhone } from './answering.ts'
import type { PhoneSrtp } from './audio-protection.ts'
import { createSipPhone, type SipPhone } from './sip-phone.ts'

let caller: SipPhone
let called: AnsweringPhone

afterEach(async () => {
  await caller.close()
  await called.close()
})

const everyByte = Uint8Array.from({ length: 1280 }, (_, i) => i % 256)
const frame = Buffer.from(everyByte.subarray(0, 160)).toString('hex')

/** One telephone calls the other; both say the same. */
async function talk(offered: PhoneSrtp, answered: PhoneSrtp) {
  called = await createAnsweringPhone({ srtp: answered })
  caller = await createSipPhone({ server: { host: called.host, port: called.port } })
  const call = await caller.call({ to: 'a', from: 'b', says: everyByte, loop: true, srtp: offered })
  const other = await called.nextCall()
  other.answer({ says: everyByte, loop: true })
  await call.answered
  return [call, other] as const
}

it.each(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_256_GCM'] as const)(
  'two telephones hear each other byte for byte under %s (RFC 3711, RFC 7714)',
  async suite => {
    const ends = await talk({ policy: 'required', suites: [suite] }, { policy: 'optional', suites: [suite] })
    for (const { stream, protection } of ends) {
      await expect
        .poll(() => stream.received.map(({ payload }) => Buffer.from(payload).toString('hex')))
        .toContain(frame)
      expect(protection).toMatchObject({ settled: { suite }, refused: 0 })
    }
  },
)

it('two telephones without a suite in common speak in the clear, where both may (RFC 8643)', async () => {
  const optional = (suite: PhoneSrtp['suites'][number]): PhoneSrtp => ({
    policy: 'optional',
    suites: [suite],
  })
  const ends = await talk(optional('AES_CM_128_HMAC_SHA1_80'), optional('AEAD_AES_256_GCM'))
  for (const { stream, protection } of ends) {
    await expect.poll(() => stream.received.length).toBeGreaterThan(0)
    expect(protection.settled).toBeUndefined()
  }
})
