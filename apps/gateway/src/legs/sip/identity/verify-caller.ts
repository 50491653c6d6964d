import { createCallerIdentityCheck } from '../crypto/caller-identity.ts'
import { download } from '../crypto/certificate-download.ts'
import { createCertificateSource } from '../crypto/certificate-source.ts'
import type { VerifyCaller } from '../sip.port.ts'
import { readAuthorities } from './authorities.ts'

const minute = 60_000

/** Times in ms. A carrier's certificate is a few kB, with its authorities. */
const limits = {
  ttlMs: 60 * minute,
  failureTtlMs: minute,
  limit: 500,
  maxDownloads: 16,
  downloadMs: 3_000,
  maxBytes: 32_768,
} as const

/**
 * Verifies callers with certificates that lead to the authorities in a PEM file, fetched from these hosts (`host` or `host:port`) and
 * no others. `now`: ms since the epoch. Throws `AuthoritiesError`.
 */
export function createVerifyCaller(order: {
  authorities: string
  hosts: readonly string[]
  now: () => number
}): VerifyCaller {
  const { downloadMs: timeoutMs, maxBytes, ...kept } = limits
  const certificates = createCertificateSource({
    ...kept,
    allowedHosts: order.hosts,
    now: order.now,
    download: url => download(url, { timeoutMs, maxBytes }),
  })
  const authorities = readAuthorities(order.authorities)
  return createCallerIdentityCheck({ certificates, policy: { authorities, requireNumberAuthority: true } })
}
