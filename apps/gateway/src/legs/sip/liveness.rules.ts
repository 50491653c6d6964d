import { limits } from './limits.rules.ts'

/** Whether a caller of whom nothing is heard is still there. Nothing is asked while they are heard. */
export type Liveness =
  | { name: 'heard' }
  /** No audio and no RTCP. A caller on hold is silent too, so one answer does not settle it for ever. */
  | { name: 'silent'; askedAt: number }

export type Heard = { type: 'silent' } | { type: 'quality'; silentForMs: number | null }

export const heard: Liveness = { name: 'heard' }

/** What a worker says of the caller's audio, and whether to ask the far end now (RFC 3261 §11: OPTIONS). */
export function listen(before: Liveness, event: Heard, now: number): { liveness: Liveness; ask: boolean } {
  const isHeard =
    event.type === 'quality' && event.silentForMs !== null && event.silentForMs < limits.silentMs
  if (isHeard) return { liveness: heard, ask: false }
  const isNew = event.type === 'silent' && before.name === 'heard'
  const isDue = before.name === 'silent' && now - before.askedAt >= limits.probeEveryMs
  return isNew || isDue
    ? { liveness: { name: 'silent', askedAt: now }, ask: true }
    : { liveness: before, ask: false }
}
