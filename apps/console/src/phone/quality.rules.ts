import type { PeerStats } from './peer.port.ts'

/** `silent`: packets should come and none does. `unknown`: too early to say. */
export type QualityGrade = 'unknown' | 'good' | 'fair' | 'poor' | 'silent'

export type QualityDirection = { grade: QualityGrade; lossPercent: number | null; jitterMs: number | null }

export type Quality = {
  /** From the caller to this operator, and the other way. */
  hearing: QualityDirection
  speaking: QualityDirection
  roundTripMs: number | null
}

const unknown: QualityDirection = { grade: 'unknown', lossPercent: null, jitterMs: null }
export const unknownQuality: Quality = { hearing: unknown, speaking: unknown, roundTripMs: null }

/** Limits where G.711 begins to suffer (ITU-T G.113 Appendix I for loss, G.114 for delay). */
const limits = {
  fair: { lossPercent: 1, jitterMs: 30, roundTripMs: 300 },
  poor: { lossPercent: 5, jitterMs: 80, roundTripMs: 600 },
} as const

/** Grades both directions from two readings of the browser and what the gateway measures at the caller's side. */
export function rateQuality(args: {
  before: PeerStats
  after: PeerStats
  callerQuality: { lossPercent: number; jitterMs: number } | null
}): Quality {
  const { before, after, callerQuality } = args
  const received = after.packetsReceived - before.packetsReceived
  const lost = Math.max(0, after.packetsLost - before.packetsLost)
  const roundTripMs = after.roundTripMs
  const hearing =
    received <= 0
      ? { grade: 'silent' as const, lossPercent: null, jitterMs: null }
      : direction({ lossPercent: (100 * lost) / (received + lost), jitterMs: after.jitterMs, roundTripMs })
  const speaking = direction({
    lossPercent: worse(after.sentLossPercent, callerQuality?.lossPercent ?? null),
    jitterMs: worse(after.sentJitterMs, callerQuality?.jitterMs ?? null),
    roundTripMs,
  })
  return { hearing, speaking, roundTripMs }
}

function direction(numbers: {
  lossPercent: number | null
  jitterMs: number | null
  roundTripMs: number | null
}): QualityDirection {
  const { lossPercent, jitterMs } = numbers
  return { grade: grade(numbers), lossPercent, jitterMs }
}

function grade(numbers: Record<keyof typeof limits.fair, number | null>): QualityGrade {
  if (numbers.lossPercent === null) return 'unknown'
  if (exceeds(numbers, limits.poor)) return 'poor'
  return exceeds(numbers, limits.fair) ? 'fair' : 'good'
}

function exceeds(
  numbers: Record<keyof typeof limits.fair, number | null>,
  limit: Record<keyof typeof limits.fair, number>,
): boolean {
  return (
    (numbers.lossPercent ?? 0) > limit.lossPercent ||
    (numbers.jitterMs ?? 0) > limit.jitterMs ||
    (numbers.roundTripMs ?? 0) > limit.roundTripMs
  )
}

function worse(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.max(a, b)
}
