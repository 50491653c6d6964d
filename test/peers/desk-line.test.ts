import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeviceMade } from '@ringdown/contract'
import { createSipPhone, type SipCall, type SipPhone, TestOperator } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Baresip, startBaresip } from '../harness/baresip.ts'
import { callerNumber } from '../harness/callers.ts'
import { joiningMs } from '../harness/console-call.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { eventually, isSpeech } from '../harness/heard.ts'
import { expectHeard, speech } from '../harness/speech.ts'
import { undisturbed } from '../harness/undisturbed.ts'

// An operator who answers with a desk phone (FEATURES RT-10): baresip registers, rings, and is picked up.

const account = { email: 'operator@demo.test', password: 'ringdown-demo' }
const talkMs = 10_000

let folder: string
let gateway: TestGateway
let operator: TestOperator
let phone: SipPhone
let desk: Baresip | undefined
let desks = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-desk-'))
  // Debian 12's baresip gives up on a challenge that it does not know (RFC 8760 §2.4 wants it passed over).
  gateway = await startGateway({ env: { RINGDOWN_SIP_DIGEST: 'MD5' } })
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  operator = await TestOperator.signIn({ url: gateway.url, ...account })
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort }, address: '127.0.0.9' })
  await operator.command({ type: 'answer with', line: 'desk phone' })
})

afterEach(async () => {
  await operator.until(view => view.active === null && view.offer === null, 'the end of the call')
  await operator.command({ type: 'take a break' })
  await desk?.stop()
  await operator.until(view => view.deskPhone.registered === 0, 'the telephone to be gone')
})

afterAll(async () => {
  operator?.close()
  await phone?.close()
  await gateway?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A new desk phone of the operator's, which registers at once. `answers`: it is picked up when it rings. */
async function plugIn(transport: 'udp' | 'tcp', { answers = true } = {}): Promise<Baresip> {
  const { device, password } = await makeDevice()
  const mode = answers ? 'auto' : 'manual'
  desk = await startBaresip({
    home: join(folder, `desk-${++desks}`),
    account: [
      `<sip:${device.username}@127.0.0.1:${gateway.sipPort};transport=${transport}>`,
      `auth_pass=${password};regint=60;answermode=${mode};audio_codecs=PCMU/8000/1`,
    ].join(';'),
    says: Int16Array.from([speech.operator, speech.operator, speech.operator].flatMap(part => [...part])),
    seconds: 180,
    isRemote: true,
  })
  await desk.said(/200 OK .*\[1 binding\]/)
  await operator.until(view => view.deskPhone.registered === 1, 'the telephone to be registered')
  await operator.command({ type: 'go available' })
  return desk
}

async function makeDevice(): Promise<DeviceMade> {
  const headers = { 'content-type': 'application/json', origin: gateway.url }
  const signedIn = await fetch(`${gateway.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers,
    body: JSON.stringify(account),
  })
  const cookie = signedIn.headers.getSetCookie().map(one => one.split(';')[0])
  const made = await fetch(`${gateway.url}/api/v1/devices`, {
    method: 'POST',
    headers: { ...headers, cookie: cookie.join('; ') },
    body: JSON.stringify({ name: `Desk ${desks}` }),
  })
  expect(made.status).toBe(201)
  return (await made.json()) as DeviceMade
}

const call = (index: number) =>
  phone.call({ to: '+15550100', from: callerNumber(index), says: speech.caller, loop: true })

/** What the caller hears of the operator, once they do: 8 kHz. */
async function listen(caller: SipCall): Promise<Int16Array> {
  const since = performance.now()
  await eventually(
    'the caller hears the operator',
    () =>
      performance.now() - since > 2000 &&
      isSpeech(speech.operator, caller.heard(performance.now() - 2000).samples),
  )
  const { from } = await undisturbed({ ms: talkMs, settleMs: joiningMs })
  return caller.heard(from).samples.subarray(0, talkMs * 8)
}

const enough = { minimumWindows: 6, loops: true }

test.each(['udp', 'tcp'] as const)(
  'a desk phone over %s rings, is picked up, both hear each other, and the page shows the call',
  async transport => {
    const telephone = await plugIn(transport)
    const caller = await call(210)
    await operator.until(view => view.active?.state === 'connected', 'the call to be taken')
    const atCaller = await listen(caller)
    await operator.hangUp()
    expect(await caller.ended).toEqual({ by: 'them' })
    await telephone.said(/session closed|terminated|Connection reset by peer/i)
    await telephone.stop()
    expectHeard({ sent: speech.operator, heard: atCaller, own: speech.caller, ...enough })
    const atDesk = telephone.heard()!.subarray(-(talkMs - 500) * 8)
    expectHeard({ sent: speech.caller, heard: atDesk, own: speech.operator, ...enough })
  },
)

test('a caller who hangs up ends the talk at the desk, after control was killed and another took over', async () => {
  const telephone = await plugIn('udp')
  const caller = await call(211)
  await operator.until(view => view.active?.state === 'connected', 'the call to be taken')
  const pid = gateway.pid('control')
  await gateway.kill('control')
  await gateway.restarted('control', pid)
  await operator.until(view => view.active?.state === 'connected', 'the call to be there still')
  const since = performance.now()
  await eventually(
    'a second of talk',
    () => caller.stream.received.filter(({ at }) => at > since).length >= 50,
  )
  expect(await caller.hangUp()).toEqual({ by: 'us' })
  await telephone.said(/session closed|terminated|Connection reset by peer/i)
})

test('a media worker that dies is noticed by two people as a pause', async () => {
  await plugIn('udp')
  const caller = await call(212)
  await operator.until(view => view.active?.state === 'connected', 'the call to be taken')
  const pid = gateway.pid('worker 0')
  await gateway.kill('worker 0')
  await gateway.restarted('worker 0', pid)
  await operator.until(view => view.active?.state === 'connected', 'the call to go on')
  const atCaller = await listen(caller)
  expectHeard({ sent: speech.operator, heard: atCaller, own: speech.caller, ...enough })
  await caller.hangUp()
})

test('the hold key of the telephone gives the caller music, and pressed again the operator', async () => {
  const telephone = await plugIn('udp')
  const caller = await call(215)
  await operator.until(view => view.active?.state === 'connected', 'the call to be taken')
  telephone.command('hold', '')
  await operator.until(view => view.active?.state === 'held', 'the hold')
  telephone.command('resume', '')
  await operator.until(view => view.active?.state === 'connected', 'the call to go on')
  await caller.hangUp()
  await telephone.said(/session closed|terminated|Connection reset by peer/i)
})

test('a caller who gives up while it rings: the telephone falls silent', async () => {
  const telephone = await plugIn('udp', { answers: false })
  const caller = await call(213)
  await operator.until(view => view.offer !== null, 'the offer')
  await telephone.said(/Incoming call from/i)
  await caller.hangUp()
  await telephone.said(/session closed/i)
})

test('accepting on the page is refused in words while the desk phone is to be picked up', async () => {
  await plugIn('udp', { answers: false })
  const caller = await call(214)
  const { offer } = await operator.until(view => view.offer !== null, 'the offer')
  const result = await operator.tryCommand({ type: 'accept', call: offer!.call })
  expect(result).toMatchObject({ ok: false, error: { code: 'operator.answers-by-phone' } })
  await operator.decline()
  await caller.hangUp()
})
