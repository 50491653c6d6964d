import type { PeerStats } from './peer.port.ts'

type Entry = Record<string, unknown>

/** Reads the numbers we use out of an `RTCStatsReport` (W3C webrtc-stats §8: times there are seconds, losses fractions). */
export function readStats(entries: Iterable<Entry>): PeerStats {
  const all = [...entries]
  const inbound = all.find(entry => entry.type === 'inbound-rtp' && entry.kind === 'audio')
  const remote = all.find(entry => entry.type === 'remote-inbound-rtp' && entry.kind === 'audio')
  const pair = all.find(entry => entry.type === 'candidate-pair' && entry.nominated === true)
  return {
    packetsReceived: numberOf(inbound, 'packetsReceived') ?? 0,
    packetsLost: numberOf(inbound, 'packetsLost') ?? 0,
    jitterMs: scaled(numberOf(inbound, 'jitter'), 1000),
    roundTripMs: scaled(numberOf(remote, 'roundTripTime') ?? numberOf(pair, 'currentRoundTripTime'), 1000),
    sentLossPercent: scaled(numberOf(remote, 'fractionLost'), 100),
    sentJitterMs: scaled(numberOf(remote, 'jitter'), 1000),
  }
}

function numberOf(entry: Entry | undefined, name: string): number | null {
  const value = entry?.[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : Math.max(0, value * factor)
}
