/** Ports a certificate may be served from where the allow-list names none (ATIS-1000074 §5.3.1). */
const PORTS: ReadonlySet<string> = new Set(['443', '8443'])

/**
 * The `x5u` of a PASSporT, where it may be fetched: https, a host of the allow-list (`host`, or `host:port` for another port than 443
 * and 8443), no credentials, query or fragment. A stranger wrote it: nothing else is ever asked for.
 */
export function allowedCertificateUrl(text: string, allowedHosts: readonly string[]): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined
  if (url.search !== '' || url.hash !== '') return undefined
  const port = url.port === '' ? '443' : url.port
  const hosts = allowedHosts.map(host => host.toLowerCase())
  const allowed =
    hosts.includes(`${url.hostname}:${port}`) || (PORTS.has(port) && hosts.includes(url.hostname))
  return allowed ? url : undefined
}
