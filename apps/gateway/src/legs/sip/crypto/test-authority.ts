import { createPublicKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { isIPv4 } from 'node:net'

/** Certificates for tests, written in DER by hand (RFC 5280 §4.1), so that no test needs the openssl program. */
export interface TestCertificate {
  readonly name: string
  readonly privateKey: KeyObject
  readonly certificate: X509Certificate
  readonly pem: string
}

export interface TestCertificateOptions {
  readonly name: string
  /** Absent: signed by itself. */
  readonly issuer?: TestCertificate
  readonly ca?: boolean
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** A name, or an IPv4 address. */
  readonly host?: string
  readonly numberAuthority?: boolean
  readonly curve?: 'P-256' | 'P-384'
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const size = body.length.toString(16)
  const bytes = Buffer.from(size.padStart(size.length + (size.length % 2), '0'), 'hex')
  const length = body.length < 128 ? bytes : Buffer.concat([Buffer.of(0x80 | bytes.length), bytes])
  return Buffer.concat([Buffer.of(tag), length, body])
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'))
const commonName = (name: string) =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))))
const time = (at: Date) =>
  der(
    0x18,
    Buffer.from(
      at
        .toISOString()
        .replace(/[-:T]/g, '')
        .replace(/\.\d+Z/, 'Z'),
    ),
  )
const extension = (id: string, value: Uint8Array) => sequence(oid(id), der(0x04, value))
const TRUE = der(0x01, Buffer.of(0xff))

function extensions({ ca = false, host, numberAuthority = false }: TestCertificateOptions): Buffer[] {
  return [
    extension('551d13', ca ? sequence(TRUE) : sequence()),
    ...(host === undefined ? [] : [extension('551d11', sequence(alternativeName(host)))]),
    // A TNAuthorizationList of one service provider code (RFC 8226 §9).
    ...(numberAuthority
      ? [extension('2b0601050507011a', sequence(der(0xa0, der(0x16, Buffer.from('709J')))))]
      : []),
  ]
}

/** RFC 5280 §4.2.1.6: an IPv4 address is four bytes, a name is text. */
const alternativeName = (host: string): Buffer =>
  isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host))

let serial = 1

/** Makes a certificate with a new key. */
export function createTestCertificate(options: TestCertificateOptions): TestCertificate {
  const { name, issuer, curve = 'P-256' } = options
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve })
  const { notBefore = new Date('2024-01-01'), notAfter = new Date('2048-01-01') } = options
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(serial++ & 0x7f)),
    ECDSA_SHA256,
    commonName(issuer?.name ?? name),
    sequence(time(notBefore), time(notAfter)),
    commonName(name),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(options))),
  )
  const signature = sign('sha256', toBeSigned, issuer?.privateKey ?? privateKey)
  const certificate = new X509Certificate(
    sequence(toBeSigned, ECDSA_SHA256, der(0x03, Buffer.of(0), signature)),
  )
  return { name, privateKey, certificate, pem: certificate.toString() }
}
