import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestCertificate } from '../../apps/gateway/src/legs/sip/crypto/test-authority.ts'

/** Files of a certificate and its key, PEM. */
export type IdentityFiles = { certificate: string; key: string }

/** An authority of the test's own, and what it vouches for, as files that programs read. */
export function createAuthority() {
  const folder = mkdtempSync(join(tmpdir(), 'ringdown-authority-'))
  const authority = createTestCertificate({ name: 'Authority of the test', ca: true })
  const file = join(folder, 'authority.pem')
  writeFileSync(file, authority.pem)
  return {
    pem: authority.pem,
    file,
    /** @param host the name or IPv4 address that the certificate is for */
    identity(host: string): IdentityFiles {
      const made = createTestCertificate({ name: host, host, issuer: authority })
      const files = { certificate: join(folder, `${host}.pem`), key: join(folder, `${host}.key.pem`) }
      writeFileSync(files.certificate, made.pem)
      writeFileSync(files.key, made.privateKey.export({ type: 'pkcs8', format: 'pem' }))
      return files
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export type TestAuthority = ReturnType<typeof createAuthority>
