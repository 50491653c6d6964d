export type PrivacyErrorCode =
  | 'privacy.key-missing'
  | 'privacy.key-wrong'
  | 'privacy.key-malformed'
  | 'privacy.unsealable'

/** `message` says what to do and holds neither keys nor what was sealed. */
export class PrivacyError extends Error {
  readonly code: PrivacyErrorCode
  constructor(code: PrivacyErrorCode, message: string) {
    super(message)
    this.name = 'PrivacyError'
    this.code = code
  }
}
