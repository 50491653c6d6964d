import { type SrtpMasterKey, SrtpReceiver, SrtpSender, type SrtpSuite, serializeRtp } from '@ringdown/media'
import { nodeCiphers as ciphers } from '../../apps/gateway/src/media/worker/srtp/node-ciphers.ts'
import { median } from './rate.ts'

export type SrtpFigures = {
  suite: SrtpSuite
  /** Processor time of one packet of 20 ms G.711, µs. */
  protectUs: number
  unprotectUs: number
  /** Of a second of one call, ms: 50 packets each way. Computed from the two, not measured. */
  callMs: number
}

const packetsPerSecond = 50
const packets = 4000
const rounds = 5
const keyBytes: readonly [SrtpSuite, number][] = [
  ['AES_CM_128_HMAC_SHA1_80', 30],
  ['AEAD_AES_256_GCM', 44],
]

const plain = Array.from({ length: packets }, (_, sequence) =>
  serializeRtp(
    { marker: false, payloadType: 0, sequence, timestamp: sequence * 160, ssrc: 7 },
    new Uint8Array(160).fill(0xff),
  ),
)

function cpuUs(run: () => void): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** What the ciphers of SRTP cost, without sockets. The first round warms up; the median of the others counts. */
export function measureSrtp(): SrtpFigures[] {
  return keyBytes.map(([suite, bytes]) => {
    const master = { keyAndSalt: new Uint8Array(bytes).fill(5) }
    const costs = Array.from({ length: rounds }, () => costOf(suite, master)).slice(1)
    const protectUs = median(costs.map(cost => cost.protectUs))
    const unprotectUs = median(costs.map(cost => cost.unprotectUs))
    return { suite, protectUs, unprotectUs, callMs: (packetsPerSecond * (protectUs + unprotectUs)) / 1000 }
  })
}

function costOf(suite: SrtpSuite, master: SrtpMasterKey) {
  const sender = new SrtpSender({ suite, master, ciphers })
  const receiver = new SrtpReceiver({ suite, master, ciphers })
  const sealed = plain.map(() => new Uint8Array(200))
  const lengths = new Array<number>(packets).fill(0)
  const protect = cpuUs(() => {
    for (let i = 0; i < packets; i++) lengths[i] = sender.protectRtp(plain[i]!, sealed[i]!)
  })
  const unprotect = cpuUs(() => {
    for (let i = 0; i < packets; i++) receiver.openRtp(sealed[i]!.subarray(0, lengths[i]))
  })
  if (receiver.stats().accepted !== packets) throw new Error('packets were refused')
  return { protectUs: protect / packets, unprotectUs: unprotect / packets }
}
