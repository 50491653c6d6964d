/** A certificate or key cannot be used. `message` is a sentence for whoever set the variables. */
export class TlsFilesError extends Error {
  readonly code = 'sip.tls-files'

  constructor(message: string) {
    super(message)
    this.name = 'TlsFilesError'
  }
}

export type SipListenerName = 'tls' | 'ws' | 'wss'

/** Another address than the first one cannot be listened on. */
export class SipListenError extends Error {
  readonly listener: SipListenerName
  readonly code: string | undefined
  readonly port: number | undefined

  constructor(listener: SipListenerName, cause: Error & { code?: string; port?: number }) {
    super(cause.message, { cause })
    this.name = 'SipListenError'
    this.listener = listener
    this.code = cause.code
    this.port = cause.port
  }
}
