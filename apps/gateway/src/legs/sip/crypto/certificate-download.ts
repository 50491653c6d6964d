import { type RequestOptions, request } from 'node:https'

export interface DownloadLimits {
  /** From the first packet to the last byte, in ms. */
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** Fetches a text over https. Undefined for anything but a complete 200 within the limits: a redirect is not followed. */
export function download(
  url: URL,
  { timeoutMs, maxBytes }: DownloadLimits,
  tls: Pick<RequestOptions, 'ca'> = {},
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const sent = request(url, {
    ...tls,
    agent: false,
    headers: { accept: 'application/pem-certificate-chain, application/x-pem-file' },
    signal: AbortSignal.timeout(timeoutMs),
  })
  const giveUp = () => {
    resolve(undefined)
    sent.destroy()
  }
  sent.on('error', giveUp)
  sent.on('response', response => {
    response.on('error', giveUp)
    if (response.statusCode !== 200) return giveUp()
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) giveUp()
      else chunks.push(chunk)
    })
    response.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')))
    response.on('close', () => resolve(undefined))
  })
  sent.end()
  return promise
}
