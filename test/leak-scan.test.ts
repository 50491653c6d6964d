import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createAnsweringPhone,
  createSipPhone,
  createTwilioStandIn,
  type SipPhone,
  TestOperator,
} from '@ringdown/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptAny } from './harness/accept-any.ts'
import { signInAdministrator } from './harness/administrator.ts'
import { sendBadHttp, sendBadSip, sendBadSockets } from './harness/bad-input.ts'
import { callerNumber } from './harness/callers.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { eventually } from './harness/heard.ts'
import { databaseDump, dataPlaces, findLeaks, type Place, processPlaces } from './harness/leaks.ts'

let gateway: TestGateway
let twilio: Awaited<ReturnType<typeof createTwilioStandIn>>
let phone: SipPhone
let operator: TestOperator
/** What was seen while things happened: answers, views, processes, the spool, the database during calls. */
const seen: Place[] = []

const call = (index: number, to = '+15550100') =>
  phone.call({ to, from: callerNumber(index), says: new Int16Array(8000), loop: true })

beforeAll(async () => {
  twilio = await createTwilioStandIn({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'demo-twilio-token' })
  gateway = await startGateway({ env: { TWILIO_API_BASE: twilio.apiBase, RINGDOWN_LOG_LEVEL: 'trace' } })
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
  operator = await TestOperator.signIn({
    url: gateway.url,
    email: 'operator@demo.test',
    password: 'ringdown-demo',
  })
  await operator.goAvailable()
  await callBySip()
  await callByTwilio()
  await callOut()
  await sendBadSip(gateway)
  seen.push(...(await sendBadHttp(gateway)))
  await sendBadSockets(gateway)
  await surviveKills()
}, 240_000)

afterAll(async () => {
  operator?.close()
  await phone?.close()
  await twilio?.close()
  await gateway?.close()
})

/** The operator takes the call that was just made. */
async function answer(): Promise<void> {
  await operator.until(view => view.active === null, 'the end of the former call')
  await acceptAny(operator)
}

async function lookDuringCall(): Promise<void> {
  seen.push({ where: 'the operator’s view', text: JSON.stringify(operator.view) })
  seen.push(...processPlaces(gateway), ...(await databaseDump(gateway)))
}

async function callBySip(): Promise<void> {
  const talked = await call(1)
  await answer()
  await lookDuringCall()
  await talked.sendDigits(callerNumber(2).slice(1))
  await operator.sendDigits(callerNumber(3).slice(1))
  const refused = await operator.tryCommand({ type: 'digits', call: callerNumber(4), digits: '5550177' })
  seen.push({ where: 'a refused command', text: JSON.stringify({ ...refused, id: '' }) })
  await operator.hangUp()
  await talked.ended
  const unknown = await call(5, callerNumber(6))
  expect(await unknown.ended).toEqual({ by: 'refusal', status: 404 })
  const noCodec = await phone.call({
    to: '+15550100',
    from: callerNumber(7),
    offers: sdp => sdp.replace('RTP/AVP 0', 'RTP/AVP 18'),
  })
  expect(await noCodec.ended).toEqual({ by: 'refusal', status: 488 })
  const withheld = await phone.call({ to: '+15550100', from: 'anonymous' })
  await withheld.hangUp()
}

/** Whom an administrator dials is no less a secret than who calls: over a trunk that answers, and refused. */
async function callOut(): Promise<void> {
  const answering = await createAnsweringPhone()
  const administrator = await signInAdministrator(gateway)
  const hosts = [{ host: answering.host, port: answering.port, transport: 'udp' as const }]
  await administrator.addTrunk({ name: 'Out', hosts, codecs: ['PCMU'] })
  const account = { url: gateway.url, email: 'admin@demo.test', password: 'ringdown-demo' }
  const dialler = await TestOperator.signIn(account)
  await dialler.goAvailable()
  for (const number of [callerNumber(30), `${callerNumber(31)}00000`]) {
    const answer = await dialler.tryCommand({ type: 'dial', number })
    seen.push({ where: 'the answer to what was dialled', text: JSON.stringify({ ...answer, id: '' }) })
  }
  const called = await answering.nextCall()
  called.answer({ says: new Int16Array(8000), loop: true })
  await dialler.until(view => view.active?.state === 'connected', 'the answer')
  seen.push({ where: 'the view of who dialled', text: JSON.stringify(dialler.view) })
  await lookDuringCall()
  await called.hangUp()
  dialler.close()
  await answering.close()
}

async function callByTwilio(): Promise<void> {
  const order = {
    voiceUrl: `${gateway.url}/carriers/twilio/voice`,
    statusUrl: `${gateway.url}/carriers/twilio/voice/status`,
    fallbackUrl: `${gateway.url}/carriers/twilio/voice/fallback`,
    from: callerNumber(10),
    to: '+15550100',
  }
  const talked = twilio.call(order)
  await answer()
  await lookDuringCall()
  talked.dropStream({ unnoticed: true })
  await talked.waitFor('stream started', 2)
  talked.hangUp()
  const parameters = { caller: callerNumber(11), token: callerNumber(12) }
  const calls = [
    talked,
    twilio.call({ ...order, from: callerNumber(13), signature: 'wrong' }),
    twilio.call({ ...order, from: callerNumber(14), to: callerNumber(15) }),
    twilio.call({ ...order, from: callerNumber(16).slice(2), misbehave: { parameters } }),
    twilio.call({ ...order, from: callerNumber(17), misbehave: { startCallSid: callerNumber(18) } }),
    twilio.call({ ...order, from: `sip:${callerNumber(19)}@example.org`, misbehave: { payload: '5550177' } }),
  ]
  await calls.at(-1)!.waitFor('answered')
  for (const one of calls) {
    await Promise.race([one.ended, one.waitFor('stream closed')])
    one.hangUp()
    await one.ended
    for (const { url, status, body } of one.log.of('answered'))
      seen.push({ where: `answer to Twilio at ${url}`, text: `${url} ${status} ${body}` })
  }
  // The stand-in's own parameters; the gateway writes only addresses of its own into them.
  for (const request of twilio.apiRequests())
    seen.push({ where: 'a request to Twilio', text: JSON.stringify(request) })
}

/** Processes die while people talk and hang up; what goes to the local file meanwhile is read there. */
async function surviveKills(): Promise<void> {
  const talked = await call(20)
  await answer()
  for (const name of ['control', 'worker 0'] as const) {
    const former = gateway.pid(name)
    await gateway.kill(name)
    await gateway.restarted(name, former)
  }
  const waiting = await Promise.all([call(21), call(22)])
  await Promise.all(waiting.map(one => one.answered))
  const spool = watchSpool()
  const former = gateway.pid('database')
  await gateway.kill('database')
  await Promise.all([talked, ...waiting].map(one => one.hangUp()))
  await gateway.restarted('database', former)
  spool.stop()
  // One INVITE of the bad input was answered and never acknowledged: RFC 3261 §13.3.1.4 gives up after 64·T1.
  const isOver = async () => {
    const open = await gateway
      .sql(`select 1 from calls.calls where status <> 'ended'`)
      .catch(() => ['the database is still starting'])
    return open.length === 0
  }
  await eventually('no call is left open', isOver, 90_000)
}

function watchSpool(): { stop(): void } {
  const path = join(gateway.dataDir, 'journal.spool')
  const timer = setInterval(() => {
    try {
      seen.push({ where: 'the spool', text: readFileSync(path, 'utf8') })
    } catch {
      // It is there only while the database is not.
    }
  }, 5)
  return { stop: () => clearInterval(timer) }
}

describe('the scan itself sees', () => {
  test.each([
    ['as dialled', callerNumber(1)],
    ['without plus', callerNumber(1).slice(1)],
    ['in national form', '(555) 017-7001'],
    ['with dots', '555.017.7001'],
    ['as bytes', Buffer.from(callerNumber(1)).toString('hex')],
    ['in base64', Buffer.from(`from ${callerNumber(1)}`).toString('base64')],
    ['in base64, shifted', Buffer.from(`from: ${callerNumber(1)}`).toString('base64')],
    ['in base64, shifted twice', Buffer.from(`from:  ${callerNumber(1)}`).toString('base64')],
  ])('a number %s', (_, text) => {
    expect(findLeaks([{ where: 'here', text: `before ${text} after` }])).toHaveLength(1)
  })
})

describe('after calls by SIP and Twilio, bad input and kills, no caller number stands', () => {
  test('in answers, views, process arguments and environments, the spool, or the database during calls', () => {
    const places = new Set(seen.map(place => place.where))
    for (const where of ['the spool', 'a request to Twilio', 'table calls.legs', 'table privacy.callers'])
      expect(places).toContain(where)
    expect(seen.some(place => place.text.includes('RINGDOWN_DEMO=1'))).toBe(true)
    expect(findLeaks(seen)).toEqual([])
  })

  test('in any log line', () => {
    expect(gateway.log()).toContain('control takes calls')
    expect(findLeaks([{ where: 'log', text: gateway.log() }])).toEqual([])
  })

  test('in any table', async () => {
    const dump = await databaseDump(gateway)
    expect(dump.some(place => place.text.includes('+15550100'))).toBe(true)
    expect(dump.filter(place => place.where === 'table calls.records').length).toBeGreaterThan(3)
    expect(findLeaks(dump)).toEqual([])
  })

  test('in any file that the gateway keeps, the write-ahead log of the database included', () => {
    const files = dataPlaces(gateway)
    expect(files.some(file => file.text.includes('+15550100'))).toBe(true)
    expect(findLeaks(files)).toEqual([])
  })
})
