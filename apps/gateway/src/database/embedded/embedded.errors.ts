/** The embedded server cannot be started. `message` says why and what to do. */
export class EmbeddedPostgresError extends Error {
  readonly code: 'postgres.no-binaries' | 'postgres.no-identity' | 'postgres.initialise' | 'postgres.start'
  constructor(code: EmbeddedPostgresError['code'], message: string) {
    super(message)
    this.name = 'EmbeddedPostgresError'
    this.code = code
  }
}
