import type { ErrorCode } from '@ringdown/contract'

export type DeviceErrorCode = Extract<
  ErrorCode,
  'device.unknown' | 'request.malformed' | 'session.forbidden' | 'device.too-many'
>

export type DeviceResult<T> = { ok: true; value: T } | { ok: false; code: DeviceErrorCode; message: string }

const sentences = {
  'device.unknown': 'This phone does not exist any more.',
  'session.forbidden': 'Only an administrator makes phones for somebody else.',
  'device.too-many': 'This member has too many phones. Remove one that is not used.',
} as const

export const deviceError = (code: keyof typeof sentences): Extract<DeviceResult<never>, { ok: false }> => ({
  ok: false,
  code,
  message: sentences[code],
})
