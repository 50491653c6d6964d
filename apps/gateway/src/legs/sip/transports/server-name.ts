import { checkServerIdentity, type PeerCertificate } from 'node:tls'

/**
 * Whether a certificate is for this host (RFC 5922 §7.1): a `sip:` name of the subject alternative names, or, as for any other
 * TLS server, one of its DNS names or addresses. A wildcard counts for one label (RFC 9525 §6.3): RFC 5922 §7.2 forbids
 * them, but there are carriers that have no other certificate.
 */
export function checkServerName(host: string, certificate: PeerCertificate): Error | undefined {
  if (sipNames(certificate.subjectaltname).includes(host.toLowerCase())) return undefined
  return checkServerIdentity(host, certificate)
}

/** Names with a user are people, not domains (RFC 5922 §7.1). Node quotes names that try to look like several. */
function sipNames(subjectAltName = ''): string[] {
  if (subjectAltName.includes('"')) return []
  return subjectAltName.split(', ').flatMap(name => {
    const host = /^URI:sip:([a-z0-9.-]+)$/i.exec(name)?.[1]
    return host === undefined ? [] : [host.toLowerCase()]
  })
}
