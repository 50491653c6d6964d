import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createTestCertificate } from '../../apps/gateway/src/legs/sip/crypto/test-authority.ts'

/** A carrier's certificate, and the server that it is fetched from. */
export type CertificateServer = Awaited<ReturnType<typeof startCertificateServer>>

/** Serves a carrier's certificate over https on loopback; `authority` vouches for the carrier, `webAuthority` for the server. PEM. */
export async function startCertificateServer() {
  const root = createTestCertificate({ name: 'STI authority', ca: true })
  const carrier = createTestCertificate({ name: 'Carrier', issuer: root, numberAuthority: true })
  const webRoot = createTestCertificate({ name: 'Web authority', ca: true })
  const web = createTestCertificate({ name: 'localhost', issuer: webRoot, host: 'localhost' })
  let asked = Promise.withResolvers<void>()
  let answers = true
  const server = createServer(
    { key: web.privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: web.pem },
    (_, response) => {
      asked.resolve()
      if (answers) response.end(carrier.pem)
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `localhost:${(server.address() as AddressInfo).port}`
  return {
    host,
    authority: root.pem,
    webAuthority: webRoot.pem,
    key: carrier.privateKey,
    /** No request is answered until the returned function is called; `asked` resolves with the first. */
    hold() {
      answers = false
      asked = Promise.withResolvers()
      const release = () => {
        answers = true
      }
      return { asked: asked.promise, release }
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
