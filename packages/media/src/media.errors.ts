/** Every way in which input from outside can be unusable to this package. */
export type MediaErrorCode = 'media.chunk-too-long' | 'media.wav-malformed' | 'media.wav-unsupported'

export type MediaError = { readonly code: MediaErrorCode; readonly message: string }

/** A value, or the reason why there is none. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: MediaError }

export function succeed<Value>(value: Value): Outcome<Value> {
  return { ok: true, value }
}

export function fail(
  code: MediaErrorCode,
  message: string,
): { readonly ok: false; readonly error: MediaError } {
  return { ok: false, error: { code, message } }
}
