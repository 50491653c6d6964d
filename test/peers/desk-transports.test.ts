import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { DeviceMade } from '@ringdown/contract'
import { createSipPhone, DeskPhone, type SipPhone, TestOperator } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBaresip } from '../harness/baresip.ts'
import { callerNumber } from '../harness/callers.ts'
import { createAuthority, type TestAuthority } from '../harness/certificates.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { eventually } from '../harness/heard.ts'
import { type Member, signInMember } from '../harness/member.ts'
import { speech } from '../harness/speech.ts'

// A gateway as it comes: it asks for SHA-256 first, and takes desk phones over everything that it listens on.

/** Whoever is silent for so long after a challenge has given up on it (`offered-hashes.ts`). ms */
const patienceMs = 5_000
const password = 'ringdown-demo'
/** Packets in a fifth of a second. */
const heardPackets = 10

let authority: TestAuthority
let gateway: TestGateway
let folder: string
let member: Member
/** Answers with the desk phone; somebody else with a browser. */
let operator: TestOperator
let colleague: TestOperator
let caller: SipPhone
let made: DeviceMade
let desk: DeskPhone | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-desk-transports-'))
  authority = createAuthority()
  gateway = await startGateway({ identity: authority.identity('127.0.0.1') })
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  // The demo takes every call from this machine for its trunk's; here a desk phone's password is the only way in from its address.
  await gateway.sql(`update carriers.trunks set any_loopback = false, addresses = '{127.0.0.9/32}'`)
  member = await signInMember(gateway, 'operator2@demo.test')
  made = await member.addPhone('Desk')
  const { url } = gateway
  operator = await TestOperator.signIn({ url, email: 'operator2@demo.test', password })
  colleague = await TestOperator.signIn({ url, email: 'operator@demo.test', password })
  colleague.says(speech.operator, { loop: true })
  caller = await createSipPhone({
    server: { host: '127.0.0.1', port: gateway.sipPort },
    address: '127.0.0.9',
  })
  await operator.command({ type: 'answer with', line: 'desk phone' })
})

afterEach(async () => {
  await desk?.close()
  desk = undefined
})

afterAll(async () => {
  operator?.close()
  colleague?.close()
  await caller?.close()
  await gateway?.close()
  rmSync(folder, { recursive: true, force: true })
  authority?.remove()
})

const contacts = async () => (await member.phones()).devices.flatMap(device => device.contacts)

function plugIn(transport: 'tls' | 'ws'): Promise<DeskPhone> {
  const port = transport === 'tls' ? gateway.tlsPort : gateway.wsPort
  const { username } = made.device
  return DeskPhone.open({
    server: { host: '127.0.0.1', port },
    transport,
    account: { username, password: made.password },
    authorities: authority.pem,
    // Keys are only worth something where nobody reads along.
    ...(transport === 'tls'
      ? { srtp: { policy: 'required' as const, suites: ['AES_CM_128_HMAC_SHA1_80' as const] } }
      : {}),
  })
}

/** Both hear packets of the other. */
async function expectTalk(...streams: { received: readonly unknown[] }[]): Promise<void> {
  const before = streams.map(stream => stream.received.length)
  await eventually('both to hear each other', async () =>
    streams.every((stream, at) => stream.received.length >= before[at]! + heardPackets),
  )
}

describe.each(['tls', 'ws'] as const)('a desk phone over %s', transport => {
  test('registers with SHA-256, is rung, is picked up, and calls', async () => {
    desk = await plugIn(transport)
    expect(await desk.register()).toBe(200)
    expect(await contacts()).toMatchObject([{ transport }])
    await operator.until(view => view.deskPhone.registered === 1, 'the telephone to be registered')
    await operator.command({ type: 'go available' })

    const rung = desk.nextCall()
    const call = await caller.call({
      to: '+15550100',
      from: callerNumber(240),
      says: speech.caller,
      loop: true,
    })
    const atDesk = await rung
    atDesk.ring()
    await operator.until(view => view.offer !== null, 'the offer')
    atDesk.answer({ says: speech.operator, loop: true })
    await operator.until(view => view.active?.state === 'connected', 'the call to be taken')
    await expectTalk(call.stream, atDesk.stream)
    expect(atDesk.protection.settled === undefined).toBe(transport === 'ws')
    await call.hangUp()
    await atDesk.ended
    await operator.until(view => view.active === null, 'the end of the call')
    await operator.command({ type: 'take a break' })

    await colleague.goAvailable()
    const dialled = await desk.dial('+15550100', speech.caller)
    await colleague.accept()
    await dialled.answered
    await expectTalk(dialled.stream, colleague.stream)
    await dialled.hangUp()
    await colleague.until(view => view.active === null, 'the end of the call')
    await colleague.command({ type: 'take a break' })

    expect(await desk.register(0)).toBe(200)
    expect(await contacts()).toEqual([])
  })
})

test('baresip gives up on SHA-256, is asked with MD5 alone when it is switched off and on, and registers', async () => {
  const other = await member.addPhone('Older desk')
  const switchOn = (home: string) =>
    startBaresip({
      home: join(folder, home),
      account: `<sip:${other.device.username}@127.0.0.1:${gateway.sipPort}>;auth_pass=${other.password};regint=120`,
      says: speech.caller,
      seconds: 60,
    })
  const before = await switchOn('before')
  await before.said(/Register: Function not implemented/)
  expect(await contacts()).toEqual([])
  await before.stop()
  await wait(patienceMs)
  const after = await switchOn('after')
  await after.said(/200 OK .*\[1 binding\]/)
  expect(await contacts()).toMatchObject([{ transport: 'udp', userAgent: expect.stringMatching(/baresip/) }])
  await after.stop()
  await eventually('it has taken itself back', async () => (await contacts()).length === 0)
})
