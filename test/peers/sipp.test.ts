import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeG711 } from '@ringdown/media'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Page, signIn, startBrowser, type TestBrowser } from '../harness/browser.ts'
import { type Capture, capture } from '../harness/capture.ts'
import { accept, active, goAvailable, listen, press, recover } from '../harness/console-call.ts'
import { freePort } from '../harness/free-port.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { eventually } from '../harness/heard.ts'
import { mediaPortsBound } from '../harness/media-ports.ts'
import type { RunningProgram } from '../harness/program.ts'
import { expectHeard, operatorWav, speech } from '../harness/speech.ts'
import { expectSuccess, type SippOrder, startSipp } from './sipp-run.ts'

const talkMs = 20_000
const besideGarbageMs = 10_000
let gateway: TestGateway
let browser: TestBrowser
let page: Page
let folder: string
let sipp: RunningProgram | undefined
let heardBySipp: Capture | undefined
/** SIPp takes its audio ports from here on. */
let audioPort: number

beforeAll(async () => {
  audioPort = await freePort()
  folder = mkdtempSync(join(tmpdir(), 'ringdown-sipp-'))
  writeFileSync(join(folder, 'speech.ulaw'), encodeG711('PCMU', speech.caller))
  gateway = await startGateway()
  browser = await startBrowser({ microphone: operatorWav })
  page = await browser.newPage()
  await signIn(page, { url: gateway.url, email: 'operator@demo.test' })
  await goAvailable(page)
})

afterEach(async () => {
  await heardBySipp?.stop()
  await sipp?.stop()
  await recover(page)
})

afterAll(async () => {
  await browser?.close()
  await gateway?.close()
  rmSync(folder, { recursive: true, force: true })
})

type Order = Pick<SippOrder, 'transport' | 'caller' | 'to'>

function run(scenario: string, order: Order): RunningProgram {
  sipp = startSipp({ ...order, scenario, sipPort: gateway.sipPort, audioPort, folder })
  return sipp
}

describe('SIPp calls the demo number with recorded speech, and Chromium answers', () => {
  test.each(['udp', 'tcp'] as const)('over %s, both hear each other', async transport => {
    heardBySipp = await capture({ from: audioPort, to: audioPort + 2 })
    const program = run('talk', { transport, caller: 100 })
    await accept(page)
    const { heard, from, until } = await listen(page, talkMs)
    await press(page, 'Hang up')
    await expectSuccess(program)
    const heardByCaller = await heardBySipp.heard(from, until)
    expectHeard({ sent: speech.operator, heard: heardByCaller, own: speech.caller, loops: true })
    expectHeard({ sent: speech.caller, heard, own: speech.operator, loops: true })
  })

  test('while others send garbage to every port, both hear each other all the same', async () => {
    heardBySipp = await capture({ from: audioPort, to: audioPort + 2 })
    const program = run('talk', { transport: 'udp', caller: 101 })
    await accept(page)
    const garbage = sendGarbage()
    try {
      const { heard, from, until } = await listen(page, besideGarbageMs)
      const heardByCaller = await heardBySipp.heard(from, until)
      const some = { loops: true, minimumWindows: 6 }
      expectHeard({ sent: speech.operator, heard: heardByCaller, own: speech.caller, ...some })
      expectHeard({ sent: speech.caller, heard, own: speech.operator, ...some })
    } finally {
      await garbage.stop()
    }
    await press(page, 'Hang up')
    await expectSuccess(program)
  })
})

test.each(['udp', 'tcp'] as const)(
  'over %s, a number that nobody has is answered with 404',
  async transport => {
    await expectSuccess(run('unknown-number', { transport, caller: 102, to: '+15550199' }))
    await expectSuccess(run('unknown-number', { transport, caller: 102, to: 'nobody' }))
  },
)

test.each(['udp', 'tcp'] as const)(
  'over %s, a caller who gives up before the answer gets 487, and nothing is left of the call',
  async transport => {
    // We answer at once. A call that comes that far waits there with its answer until the CANCEL is here.
    const cancelled = join(folder, 'cancelled')
    rmSync(cancelled, { force: true })
    const hold = gateway.hold('before append|arriving|media up')
    const program = run('cancel', { transport, caller: 103 })
    try {
      await eventually('the CANCEL is answered', () => existsSync(cancelled))
    } finally {
      hold.release()
    }
    await expectSuccess(program)
    // One that was given up before it was in the journal never was a call.
    await eventually('no call is left open', async () => {
      const open = await gateway.sql(`select 1 from calls.calls where status <> 'ended'`)
      return open.length === 0
    })
    const last = 'select reason from calls.records where answered_at is null order by ended_at desc limit 1'
    for (const { reason } of await gateway.sql<{ reason: string }>(last)) expect(reason).toBe('abandoned')
    expect(await active(page).isVisible()).toBe(false)
  },
)

/** Noise, half a message, the largest datagram there is, and audio that belongs to nobody, to SIP and media ports alike. */
function sendGarbage(): { stop(): Promise<void> } {
  const socket = createSocket('udp4')
  const half = Buffer.from(
    `INVITE sip:+15550100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK`,
  )
  const giant = Buffer.alloc(65_507, 'a')
  const audio = Buffer.concat([
    Buffer.from([0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4]),
    Buffer.alloc(160, 0x2a),
  ])
  const timer = setInterval(() => {
    for (const bytes of [randomBytes(300), half, giant, Buffer.alloc(0), audio]) {
      for (const port of [gateway.sipPort, ...mediaPortsBound(gateway)]) socket.send(bytes, port, '127.0.0.1')
    }
    const stream = connect(gateway.sipPort, '127.0.0.1')
    stream.on('error', () => undefined)
    stream.end(randomBytes(2000))
  }, 100)
  return {
    async stop() {
      clearInterval(timer)
      await new Promise<void>(resolve => socket.close(() => resolve()))
    },
  }
}
