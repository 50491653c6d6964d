import type { ErrorCode } from '@ringdown/contract'

export type TrunkErrorCode = Extract<
  ErrorCode,
  'trunk.unknown' | 'trunk.changed' | 'trunk.name-taken' | 'request.malformed'
>

export type TrunkResult<T> = { ok: true; value: T } | { ok: false; code: TrunkErrorCode; message: string }

const sentences: Record<Exclude<TrunkErrorCode, 'request.malformed'>, string> = {
  'trunk.unknown': 'This trunk does not exist any more.',
  'trunk.changed': 'Somebody else changed this trunk meanwhile. Read it again and repeat the change.',
  'trunk.name-taken': 'There is a trunk of this name. Choose another name.',
}

export const trunkError = (
  code: keyof typeof sentences,
): { ok: false; code: TrunkErrorCode; message: string } => ({
  ok: false,
  code,
  message: sentences[code],
})
