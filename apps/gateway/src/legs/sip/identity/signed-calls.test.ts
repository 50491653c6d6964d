import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCallerIdentityCheck } from '../crypto/caller-identity.ts'
import { createCertificateSource } from '../crypto/certificate-source.ts'
import { createTestCertificate } from '../crypto/test-authority.ts'
import { signTestPassport, type TestPassport } from '../crypto/test-passport.ts'
import { createTestTrunk } from '../doubles.ts'
import type { TrunkTerms } from '../sip.port.ts'
import { createTestBench, type TestBench } from '../test-bench.ts'

const url = 'https://cr.example.com/a.pem'
const root = createTestCertificate({ name: 'Root', ca: true })
const carrier = createTestCertificate({ name: 'Carrier', issuer: root, numberAuthority: true })
const stranger = createTestCertificate({ name: 'Stranger', numberAuthority: true })

let bench: TestBench
/** What a server of certificates answers, and when. */
let served: (url: URL) => Promise<string | undefined>
let asked: string[]

beforeEach(async () => {
  asked = []
  served = async () => carrier.pem
  const certificates = createCertificateSource({
    allowedHosts: ['cr.example.com'],
    ttlMs: 60_000,
    failureTtlMs: 60_000,
    limit: 10,
    maxDownloads: 10,
    now: () => bench.clock.now(),
    download(from) {
      asked.push(from.href)
      return served(from)
    },
  })
  const policy = { authorities: [root.certificate], requireNumberAuthority: true }
  bench = await createTestBench({ verifyCaller: createCallerIdentityCheck({ certificates, policy }) })
})
afterEach(() => bench.close())

const trunkSays = (terms: Partial<TrunkTerms>) => {
  bench.directory.trunk = createTestTrunk(terms)
}

function signed(over: Partial<TestPassport> = {}): string {
  const claims = { from: '15550142', to: '15550100', signedAt: bench.clock.now() }
  return `Identity: ${signTestPassport({ key: carrier.privateKey, url, ...claims, ...over })}`
}

type Ringing = Awaited<ReturnType<TestBench['ring']>>

const ring = (headers: string[], from?: string) =>
  bench.ring({ headers, ...(from === undefined ? {} : { from }) })

const saidAtArrival = () => bench.calls.arrivals.at(-1)?.identity

function identityOf({ record }: Ringing, arrivedAt = bench.clock.now()) {
  return bench.driver().identify!({ leg: record.leg, arrivedAt })
}

describe('a call that its carrier signed (RFC 8224, RFC 8588)', () => {
  test.each(['A', 'B', 'C'])('is verified at the level of its attestation: %s', async attest => {
    const ringing = await ring([signed({ attest })])
    expect(saidAtArrival()).toBe('checking')
    expect(await identityOf(ringing)).toBe(attest)
  })

  test.each<[string, () => Partial<TestPassport>, string[]]>([
    ['a minute and a second ago (§6.2 step 4)', () => ({ signedAt: bench.clock.now() - 61_000 }), []],
    ['ahead of our clock', () => ({ signedAt: bench.clock.now() + 62_000 }), []],
    ['for another caller', () => ({ from: '15550143' }), []],
    ['for another number of ours', () => ({ to: '15550101' }), []],
    ['with a key that is not its certificate’s', () => ({ key: stranger.privateKey }), [url]],
  ])('failed where it was signed %s', async (_, over, fetched) => {
    const ringing = await ring([signed(over())])
    expect(await identityOf(ringing)).toBe('failed')
    expect(asked).toEqual(fetched)
  })

  test('is unverified, not failed, where it was forwarded to us from another number (RFC 8946)', async () => {
    const div = signed({ to: '15550101' }).replace('ppt=shaken', 'ppt=div')
    expect(await identityOf(await ring([signed({ to: '15550101' }), div]))).toBe('unverified')
  })

  test('failed where nobody whom we believe vouches for the certificate', async () => {
    served = async () => stranger.pem
    expect(await identityOf(await ring([signed({ key: stranger.privateKey })]))).toBe('failed')
  })

  test.each([
    'https://elsewhere.example.com/a.pem',
    'http://cr.example.com/a.pem',
    'https://cr.example.com:9443/a.pem',
    'https://cr.example.com@elsewhere.example.com/a.pem',
  ])(
    'is not verified by a certificate from where none may be fetched, and nothing is asked there: %s',
    async x5u => {
      expect(await identityOf(await ring([signed({ url: x5u })]))).toBe('unverified')
      expect(asked).toEqual([])
    },
  )

  test('is not verified without a certificate: too large, too slow, not there', async () => {
    served = async () => undefined
    expect(await identityOf(await ring([signed()]))).toBe('unverified')
  })

  test('is failed by an Identity header that is none', async () => {
    expect(await identityOf(await ring(['Identity: x.y;info=z']))).toBe('failed')
  })

  test('is taken and answered while its certificate is still being fetched', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    served = () => promise
    const ringing = await ring([signed()])
    const identity = identityOf(ringing)
    await ringing.call.ack(await bench.answer(ringing))
    resolve(carrier.pem)
    expect(await identity).toBe('A')
  })

  test('is checked again by the control after a restart, as it was when it came in', async () => {
    trunkSays({ numbers: { ...createTestTrunk().settings.numbers, callingCode: '1' } })
    const ringing = await ring([signed({ from: '12025550142' })], '<sip:2025550142@127.0.0.1>')
    const arrivedAt = bench.clock.now()
    trunkSays({})
    await bench.restart({ ringing, answered: false })
    bench.clock.advance(600_000)
    expect(await identityOf(ringing, arrivedAt)).toBe('A')
  })

  test('names its numbers as the trunk writes them, made complete (§8.3)', async () => {
    const call = () => ring([signed({ from: '12025550142' })], '<sip:2025550142@127.0.0.1>')
    expect(await identityOf(await call())).toBe('failed')
    trunkSays({ numbers: { ...createTestTrunk().settings.numbers, callingCode: '1' } })
    expect(await identityOf(await call())).toBe('A')
  })

  test('is for the number that is shown, and what a trunk that is not believed asserts is not shown (RFC 8224 §8.1)', async () => {
    const asserted = 'P-Asserted-Identity: <sip:+15550142@127.0.0.1>'
    const call = () => ring([signed(), asserted], '<sip:+15550177@127.0.0.1>')
    expect(await identityOf(await call())).toBe('failed')
    trunkSays({ trustsIdentity: true })
    expect(await identityOf(await call())).toBe('A')
    expect(bench.directory.callers.map(({ number }) => number)).toEqual(['+15550177', '+15550142'])
  })

  test('nothing of a caller who withholds the number is checked', async () => {
    await ring([signed(), 'P-Asserted-Identity: <sip:+15550142@127.0.0.1>', 'Privacy: id'])
    await ring([signed()], '<sip:anonymous@anonymous.invalid>')
    expect(bench.calls.arrivals.map(({ identity }) => identity)).toEqual([null, null])
  })
})

describe('a call of a trunk that checks callers itself', () => {
  const passed = 'P-Asserted-Identity: <tel:+15550142;verstat=TN-Validation-Passed-B>'

  test('arrives with its word, if it is believed', async () => {
    await ring([passed])
    trunkSays({ trustsIdentity: true })
    await ring([passed])
    expect(bench.calls.arrivals.map(({ identity }) => identity)).toEqual([null, 'B'])
  })

  test('is what the signature proves, and what the trunk says only where that proves nothing', async () => {
    trunkSays({ trustsIdentity: true })
    expect(await identityOf(await ring([signed({ attest: 'C' }), passed]))).toBe('C')
    expect(await identityOf(await ring([signed({ to: '15550101' }), passed]))).toBe('failed')
    expect(
      await identityOf(await ring([signed({ url: 'https://elsewhere.example.com/a.pem' }), passed])),
    ).toBe('B')
  })
})

test('a signed call is not checked where no authority is believed', async () => {
  await bench.close()
  bench = await createTestBench()
  await ring([signed()])
  expect(saidAtArrival()).toBeNull()
})
