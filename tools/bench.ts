import { parseArgs } from 'node:util'
import { percentile, short, table } from './bench/figures.ts'
import { type GatewayFigures, measureGateway } from './bench/gateway-run.ts'
import { measureRelay, type RelayFigures } from './bench/relay-run.ts'
import { measureSetUps, type SetUpFigures } from './bench/set-ups.ts'
import { reportSipStack } from './bench/sip-stack.ts'
import { measureSrtpTrunk, reportSrtpTrunk } from './bench/srtp-trunk.ts'
import { onStopAsked } from './launch/stop-signals.ts'
import { elapsed } from './run-program.ts'

/**
 * `npm run bench`: what a bridged call costs, beside a plain UDP relay that passes the same packets in the same run.
 * Figures of one machine mean little; their ratio means something. No figure is a test.
 */

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '15' },
    /** Short calls in succession until 10,000: whether memory stays flat. */
    long: { type: 'boolean', default: false },
  },
})

/** Short calls after which memory is looked at, and how long they may take, s. */
const shortCalls = values.long
  ? { milestones: [1_000, 10_000], seconds: 900 }
  : { milestones: [500], seconds: 30 }

/** Calls whose delay is measured; the others are load, from another process. */
const measured = 5

function count(name: 'calls' | 'seconds', most: number): number {
  const value = Number(values[name])
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  console.error(`--${name} must be a whole number from 1 to ${most}.`)
  process.exit(1)
}

function report(gateway: GatewayFigures, relay: RelayFigures): string {
  const { worker, control } = gateway.cpuMsPerCallSecond
  const cpu = worker + control
  const memory = gateway.memoryKbPerCall
  const inUse = gateway.memoryInUseKbPerCall
  const delay = (share: number) => {
    const [ours, theirs] = [percentile(gateway.delays, share), percentile(relay.delays, share)]
    return [short(ours), short(theirs), `${short(ours / theirs)}, ${short(ours - theirs)} more`]
  }
  const alone = (values: readonly number[], share: number) => [short(percentile(values, share)), '', '']
  return table([
    ['', 'gateway', 'UDP relay', 'ratio'],
    [
      'CPU per call, ms per second',
      short(cpu),
      short(relay.cpuMsPerCallSecond),
      short(cpu / relay.cpuMsPerCallSecond),
    ],
    ['  of it media worker', short(worker), '', ''],
    ['  of it control', short(control), '', ''],
    ['end to end, ms, p50', ...delay(0.5)],
    ['end to end, ms, p99', ...delay(0.99)],
    ['accept → voice both ways, ms, p50', ...alone(gateway.acceptMs, 0.5)],
    ['accept → voice both ways, ms, p99', ...alone(gateway.acceptMs, 0.99)],
    ['INVITE → ring, ms, p50', ...alone(gateway.ringMs, 0.5)],
    ['INVITE → ring, ms, p99', ...alone(gateway.ringMs, 0.99)],
    ['memory per call, kB, worker', short(memory.worker), '', ''],
    ['  in use after a collection', short(inUse.worker), '', ''],
    ['memory per call, kB, control', short(memory.control), '', ''],
    ['  in use after a collection', short(inUse.control), '', ''],
  ])
}

function reportSetUps(figures: SetUpFigures): string {
  const { perSecond, failed, cpuMs, voiceAfterMs, memory } = figures
  const megabytes = (kilobytes: number) => short(kilobytes / 1024)
  return table([
    ['short calls, one after the other', 'gateway'],
    ['set up and ended, per second', short(perSecond)],
    ['failed', String(failed)],
    ['CPU per call, ms, control', short(cpuMs.control)],
    ['CPU per call, ms, worker', short(cpuMs.worker)],
    ['INVITE → voice, ms, p50', short(percentile(voiceAfterMs, 0.5))],
    ['INVITE → voice, ms, p99', short(percentile(voiceAfterMs, 0.99))],
    ...memory.flatMap(({ calls, control, worker }) => [
      [`after ${calls} calls, MB in use, control`, megabytes(control.inUse)],
      [`after ${calls} calls, MB in use, worker`, megabytes(worker.inUse)],
      [`after ${calls} calls, MB resident, control`, megabytes(control.resident)],
      [`after ${calls} calls, MB resident, worker`, megabytes(worker.resident)],
    ]),
  ])
}

onStopAsked(() => process.exit(130))
const startedAt = performance.now()
const calls = count('calls', 150)
const order = { calls, probes: Math.min(calls, measured), seconds: count('seconds', 60) }
const gateway = await measureGateway({ ...order, say: console.log })
console.log('Measuring the UDP relay …')
const relay = await measureRelay(order)
const srtpTrunk = await measureSrtpTrunk({ ...order, say: console.log })
console.log('Setting up short calls …')
const setUps = await measureSetUps({ ...shortCalls, say: console.log })
console.log('Measuring SIP and SRTP without sockets …')
const sipStack = reportSipStack()
console.log(`\n${calls} calls: G.711 over RTP on one side, DTLS-SRTP on the other\n`)
console.log(report(gateway, relay))
console.log(`\n${reportSrtpTrunk(gateway.cpuMsPerCallSecond, srtpTrunk)}`)
console.log(`\n${reportSetUps(setUps)}`)
console.log(`\n${sipStack}`)
console.log(
  `\nEnd to end holds what the measuring process adds, in both columns; towards the gateway it also encrypts.` +
    `\nTook ${elapsed(startedAt)}.`,
)
process.exit(0)
