import { type CertificateChain, readCertificates } from './certificate-chain.ts'
import { allowedCertificateUrl } from './certificate-url.rules.ts'

export interface CertificateSourceOptions {
  /** Hosts certificates may be fetched from; none: nothing is ever fetched. */
  readonly allowedHosts: readonly string[]
  /** How long a certificate is kept, in ms. Whether it is in force is asked anew at each use. */
  readonly ttlMs: number
  /** How long it is remembered that there was none, in ms. */
  readonly failureTtlMs: number
  /** Certificates kept, and, apart from those, downloads under way at once. */
  readonly limit: number
  readonly maxDownloads: number
  readonly now: () => number
  /** Reads a text; undefined: it could not be had. */
  readonly download: (url: URL) => Promise<string | undefined>
}

/** Gets the certificates of an `x5u`; undefined when they may not, or cannot, be had. */
export type CertificateSource = (url: string) => Promise<CertificateChain | undefined>

/** A bounded cache before the download; a URL that is asked for twice at the same time is fetched once. */
export function createCertificateSource(options: CertificateSourceOptions): CertificateSource {
  const kept = new Map<string, { readonly chain: CertificateChain | undefined; readonly until: number }>()
  const underWay = new Map<string, Promise<CertificateChain | undefined>>()

  function keep(url: string, chain: CertificateChain | undefined): void {
    kept.delete(url)
    const oldest = kept.size >= options.limit ? kept.keys().next().value : undefined
    if (oldest !== undefined) kept.delete(oldest)
    kept.set(url, { chain, until: options.now() + (chain ? options.ttlMs : options.failureTtlMs) })
  }

  async function fetch(url: URL): Promise<CertificateChain | undefined> {
    const pem = await options.download(url)
    const chain = pem === undefined ? undefined : readCertificates(pem)
    keep(url.href, chain)
    return chain
  }

  return async text => {
    const url = allowedCertificateUrl(text, options.allowedHosts)
    if (url === undefined) return undefined
    const known = kept.get(url.href)
    if (known !== undefined && known.until > options.now()) return known.chain
    const running = underWay.get(url.href)
    if (running !== undefined) return running
    if (underWay.size >= options.maxDownloads) return undefined
    const started = fetch(url).finally(() => underWay.delete(url.href))
    underWay.set(url.href, started)
    return started
  }
}
