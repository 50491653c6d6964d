import { writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { isRtcp } from '@ringdown/media'
import { createSipPhone, TestOperator } from '@ringdown/testkit'
import { startGateway, type TestGateway } from '../../test/harness/gateway.ts'
import { runPeer } from '../../test/harness/program.ts'
import { RECORDING_PATH, type Recording } from './corpus.ts'

/** Enough of each to begin with; the mutations make the rest. */
const MOST: Record<keyof Recording, number> = { sip: 40, rtp: 16, rtcp: 12, stun: 12, dtls: 8 }
/** The first reports of both sides come within it (RFC 3550 §6.2). ms */
const talkMs = 8_000
/** tshark tells of packets this late. ms */
const lateMs = 2_000
const dtmf = '159#'

/** Records a call of the demo with its keys, hold and end into `recorded-call.json`. Needs tshark, and may need root. */
export async function recordCall(): Promise<Recording> {
  const gateway = await startGateway()
  const filter = `udp and (portrange ${gateway.mediaFrom}-${gateway.mediaTo} or port ${gateway.sipPort})`
  const fields = ['-T', 'fields', '-e', 'udp.srcport', '-e', 'udp.dstport', '-e', 'udp.payload']
  const tshark = runPeer({ command: 'tshark', args: ['-i', 'lo', '-n', '-l', '-f', filter, ...fields] })
  try {
    await tshark.said(/Capturing on/)
    await makeCall(gateway)
    await tshark.stop()
  } finally {
    await tshark.stop()
    await gateway.close()
  }
  const recording = sortOut(tshark.output(), gateway.sipPort)
  writeFileSync(RECORDING_PATH, `${JSON.stringify(recording, null, 2)}\n`)
  return recording
}

async function makeCall(gateway: TestGateway): Promise<void> {
  const { url, sipPort } = gateway
  const phone = await createSipPhone({ server: { host: '127.0.0.1', port: sipPort } })
  const operator = await TestOperator.signIn({ url, email: 'operator@demo.test', password: 'ringdown-demo' })
  await operator.goAvailable()
  const says = new Int16Array(8000)
  const call = await phone.call({ to: '+15550100', from: '+15550123', says, loop: true })
  await operator.accept()
  await call.sendDigits(dtmf)
  await operator.hold()
  await operator.resume()
  await wait(talkMs)
  await call.hangUp()
  const refused = await phone.call({ to: '+15550199', from: '+15550123' })
  await refused.ended
  await wait(lateMs)
  await phone.close()
  operator.close()
}

function sortOut(output: string, sipPort: number): Recording {
  const recording: Recording = { sip: [], rtp: [], rtcp: [], stun: [], dtls: [] }
  for (const [, from, to, hex = ''] of output.matchAll(/^(\d+)\t(\d+)\t([0-9a-f:]+)$/gm)) {
    const bytes = Buffer.from(hex.replaceAll(':', ''), 'hex')
    const kind = [Number(from), Number(to)].includes(sipPort) ? 'sip' : kindOf(bytes)
    if (kind !== undefined && isWanted(recording[kind], MOST[kind], bytes))
      recording[kind].push(bytes.toString('hex'))
  }
  return recording
}

/** RFC 7983 §7. */
function kindOf(bytes: Buffer): keyof Recording | undefined {
  const first = bytes[0] ?? 255
  if (first < 4) return 'stun'
  if (first >= 20 && first < 64) return 'dtls'
  if (first >= 128 && first < 192) return isRtcp(bytes) ? 'rtcp' : 'rtp'
  return undefined
}

/** Of packets that are alike in length and head only a few. */
function isWanted(kept: readonly string[], most: number, bytes: Buffer): boolean {
  const alike = kept.filter(
    hex => hex.length === bytes.length * 2 && hex.startsWith(bytes.subarray(0, 2).toString('hex')),
  )
  return kept.length < most && alike.length < 3
}
