import { describe, expect, test } from 'vitest'
import { isTrusted, readCertificates } from './certificate-chain.ts'
import { createTestCertificate, type TestCertificate, type TestCertificateOptions } from './test-authority.ts'

const root = createTestCertificate({ name: 'Root', ca: true })
const middle = createTestCertificate({ name: 'Middle', ca: true, issuer: root })
const NOW = Date.parse('2026-06-01')

function trusts(
  leaf: TestCertificate,
  others: readonly TestCertificate[],
  over: Partial<Parameters<typeof isTrusted>[1]> = {},
) {
  const chain = readCertificates([leaf, ...others].map(({ pem }) => pem).join('\n'))!
  return isTrusted(chain, { authorities: [root.certificate], requireNumberAuthority: false, ...over }, NOW)
}

const leaf = (options: Partial<TestCertificateOptions> = {}) =>
  createTestCertificate({ name: 'Carrier', issuer: middle, ...options })

describe('chain of a signer (RFC 8226 §4)', () => {
  test('through an authority in between, in any order, or at once', () => {
    expect(trusts(leaf(), [middle])).toBe(true)
    expect(trusts(leaf(), [root, middle])).toBe(true)
    expect(trusts(leaf({ issuer: root }), [])).toBe(true)
  })

  test.each<[string, () => boolean]>([
    ['a missing authority in between', () => trusts(leaf(), [])],
    ['no authority that is believed', () => trusts(leaf(), [middle, root], { authorities: [] })],
    [
      'an authority of the same name with another key',
      () =>
        trusts(leaf(), [middle], {
          authorities: [createTestCertificate({ name: 'Root', ca: true }).certificate],
        }),
    ],
    ['a signer that has run out', () => trusts(leaf({ notAfter: new Date('2026-05-31') }), [middle])],
    ['a signer of the future', () => trusts(leaf({ notBefore: new Date('2026-06-02') }), [middle])],
    ['an authority as signer', () => trusts(leaf({ ca: true }), [middle])],
    ['a key that is not of P-256', () => trusts(leaf({ curve: 'P-384' }), [middle])],
    ['a certificate signed by itself', () => trusts(createTestCertificate({ name: 'Root' }), [])],
  ])('%s is not trusted', (_, trusted) => {
    expect(trusted()).toBe(false)
  })

  test('what no authority may sign, or one that has run out, is not trusted', () => {
    const plain = createTestCertificate({ name: 'Plain', issuer: root })
    expect(trusts(leaf({ issuer: plain }), [plain])).toBe(false)
    const old = createTestCertificate({
      name: 'Old',
      ca: true,
      issuer: root,
      notAfter: new Date('2026-01-01'),
    })
    expect(trusts(leaf({ issuer: old }), [old])).toBe(false)
  })

  test('TNAuthList is asked for where policy says so (RFC 8226 §9)', () => {
    const over = { requireNumberAuthority: true }
    expect(trusts(leaf(), [middle], over)).toBe(false)
    expect(trusts(leaf({ numberAuthority: true }), [middle], over)).toBe(true)
  })

  test('what is no list of certificates is refused', () => {
    expect(readCertificates('')).toBeUndefined()
    expect(readCertificates(root.pem.replace('MII', 'AAA').replace(/[A-Z]{2}/, 'xx'))).toBeUndefined()
    expect(readCertificates(root.pem.repeat(7))).toBeUndefined()
  })
})
