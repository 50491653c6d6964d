import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AnsweringPhone,
  type CalledCall,
  createAnsweringPhone,
  createSipPhone,
  type SipCall,
  type SipPhone,
  TestOperator,
} from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { signInAdministrator } from '../harness/administrator.ts'
import { callerNumber } from '../harness/callers.ts'
import { createAuthority, type TestAuthority } from '../harness/certificates.ts'
import { freePort } from '../harness/free-port.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { eventually } from '../harness/heard.ts'
import { callerSays, expectTalk, operatorSays } from '../harness/marked-talk.ts'
import { type RunningProgram, runPeer } from '../harness/program.ts'

const deploy = join(import.meta.dirname, '../../deploy/kamailio')
/** Where the carrier of `addresses.list` calls from, and where nobody known does. */
const carrier = '127.0.0.31'
const stranger = '127.0.0.32'

type Transport = 'udp' | 'tcp' | 'tls' | 'ws'

let authority: TestAuthority
let gateway: TestGateway
let operator: TestOperator
/** Calls out. */
let administrator: TestOperator
let trunk: string
let folder: string
let edge: RunningProgram | undefined
let ports: Record<'sip' | 'tls' | 'ws', number>
let phone: SipPhone | undefined
let far: AnsweringPhone | undefined

beforeAll(async () => {
  authority = createAuthority()
  folder = mkdtempSync(join(tmpdir(), 'ringdown-edge-'))
  gateway = await startGateway()
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  ports = { sip: await freePort(), tls: await freePort(), ws: await freePort() }
  operator = await signIn('operator@demo.test')
  administrator = await signIn('admin@demo.test')
  const hosts = [{ host: '127.0.0.1', port: ports.sip, transport: 'udp' as const }]
  trunk = (await (await signInAdministrator(gateway)).addTrunk({ name: 'Edge', hosts })).id
})

async function signIn(email: string): Promise<TestOperator> {
  const person = await TestOperator.signIn({ url: gateway.url, email, password: 'ringdown-demo' })
  person.says(operatorSays, { loop: true })
  return person
}

afterEach(async () => {
  await phone?.close()
  await far?.close()
  for (const person of [operator, administrator])
    await person.until(view => view.active === null && view.offer === null, 'the end of the call')
  await edge?.stop()
})

afterAll(async () => {
  operator?.close()
  administrator?.close()
  await gateway?.close()
  authority.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** The file as it is, told this machine's addresses. */
async function startEdge({
  ringdowns = [gateway.sipPort],
  carriers = [],
}: {
  ringdowns?: number[]
  /** Where calls go out: address and port. */
  carriers?: string[]
} = {}): Promise<void> {
  const write = (name: string, lines: string[]) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
  const { certificate, key } = authority.identity('127.0.0.1')
  write('addresses.list', [`2 ${carrier} 32 0 carrier`])
  write('dispatcher.list', [
    ...ringdowns.map((port, index) => `1 sip:127.0.0.1:${port} 0 ${10 - index}`),
    ...carriers.map((place, index) => `2 sip:${place} 0 ${10 - index}`),
  ])
  write('tls.cfg', ['[server:default]', `certificate = ${certificate}`, `private_key = ${key}`])
  const defines = {
    EDGE_ADDRESS: '127.0.0.1',
    EDGE_PORT: ports.sip,
    EDGE_TLS_PORT: ports.tls,
    EDGE_WEBSOCKET_PORT: ports.ws,
    ADDRESSES_LIST: `"${join(folder, 'addresses.list')}"`,
    DISPATCHER_LIST: `"${join(folder, 'dispatcher.list')}"`,
    TLS_CONFIG: `"${join(folder, 'tls.cfg')}"`,
  }
  const told = Object.entries(defines).flatMap(([name, value]) => ['-A', `${name}=${value}`])
  const args = ['-f', join(deploy, 'kamailio.cfg'), ...told, '-A', 'WITH_TLS', '-A', 'WITH_WEBSOCKET']
  // In the foreground, with its errors on stderr and its files in a folder of its own.
  const program = runPeer({ command: '/usr/sbin/kamailio', args: [...args, '-DD', '-E', '-Y', folder] })
  edge = program
  await eventually('the edge listens', async () => (await handshake('https://elsewhere.test')) === 403)
}

/** What a page of `origin` is answered when it opens a WebSocket; 0: nobody listens. */
async function handshake(origin: string): Promise<number> {
  const headers = {
    ...{ connection: 'Upgrade', upgrade: 'websocket', origin },
    ...{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' },
    'sec-websocket-protocol': 'sip',
  }
  const asked = request({ host: '127.0.0.1', port: ports.ws, headers }).end()
  const status = Promise.race([
    once(asked, 'response').then(([response]) => response.statusCode as number),
    once(asked, 'upgrade').then(() => 101),
  ])
  const answer = await status.catch(() => 0)
  asked.destroy()
  return answer
}

async function dial(transport: Transport, address = carrier): Promise<SipCall> {
  const port = { udp: ports.sip, tcp: ports.sip, tls: ports.tls, ws: ports.ws }[transport]
  const server = { host: '127.0.0.1', port }
  phone = await createSipPhone({ server, transport, address, authorities: authority.pem })
  return phone.call({ to: '+15550100', from: callerNumber(500), says: callerSays, loop: true })
}

async function talk(transport: Transport): Promise<SipCall> {
  await operator.goAvailable()
  const call = await dial(transport)
  await operator.accept()
  await expectTalk({ call, operator })
  return call
}

/** A call that an administrator makes, as it arrives at the carrier. */
async function callOut(carrier: AnsweringPhone): Promise<CalledCall> {
  await administrator.goAvailable()
  await administrator.command({ type: 'dial', number: callerNumber(501), trunk })
  return carrier.nextCall()
}

describe('deploy/kamailio', () => {
  test.each(['udp', 'tcp', 'tls'] as const)(
    'takes a call of a carrier over %s to an operator, and both hear each other, held and resumed',
    async transport => {
      await startEdge()
      const call = await talk(transport)
      expect(await call.offer('sendonly')).toBe(200)
      expect(await call.offer('sendrecv')).toBe(200)
      await expectTalk({ call, operator })
      await operator.hangUp()
      expect(await call.ended).toEqual({ by: 'them' })
    },
  )

  test('takes a call of a telephone over WebSocket, and its BYE (RFC 7118)', async () => {
    await startEdge()
    const call = await talk('ws')
    expect(await call.hangUp()).toEqual({ by: 'us' })
    await operator.until(view => view.active === null, 'the end of the call')
  })

  test('hangs up for the operator where nobody could connect to: at a WebSocket (RFC 7118 §5)', async () => {
    await startEdge()
    const call = await talk('ws')
    await operator.hangUp()
    expect(await call.ended).toEqual({ by: 'them' })
  })

  test('lets pages of its own site open a WebSocket, and no others (RFC 6455 §10.2)', async () => {
    await startEdge()
    expect(await handshake('https://phone.example.com')).toBe(101)
    expect(await handshake('https://elsewhere.test')).toBe(403)
  })

  test('refuses calls of strangers, and relays nothing for them', async () => {
    await startEdge()
    const call = await dial('udp', stranger)
    expect(await call.ended).toEqual({ by: 'refusal', status: 403 })
  })

  test('rings nobody after the caller gave up (RFC 3261 §9)', async () => {
    await startEdge()
    await operator.goAvailable()
    const call = await dial('udp')
    await operator.until(view => view.offer !== null, 'an offer')
    await call.hangUp()
    await operator.until(view => view.offer === null, 'the end of the offer')
  })

  test('goes on to the next Ringdown when the first says nothing', async () => {
    await startEdge({ ringdowns: [await freePort(), gateway.sipPort] })
    const call = await talk('udp')
    expect(await call.hangUp()).toEqual({ by: 'us' })
  })

  test('answers 503 while no Ringdown is there (RFC 3261 §21.5.4)', async () => {
    await startEdge({ ringdowns: [await freePort()] })
    const call = await dial('udp')
    expect(await call.ended).toEqual({ by: 'refusal', status: 503 })
  })

  test('takes a call of ours to the next carrier when the first says nothing, under its host', async () => {
    far = await createAnsweringPhone()
    await startEdge({ carriers: [`127.0.0.1:${await freePort()}`, `127.0.0.1:${far.port}`] })
    const call = await callOut(far)
    expect(call.invite.uri).toBe(`sip:${callerNumber(501)}@127.0.0.1:${far.port}`)
    call.ring()
    call.answer({ says: callerSays, loop: true })
    await expectTalk({ call, operator: administrator })
    await administrator.hangUp()
    expect(await call.ended).toMatchObject({ type: 'bye', by: 'peer' })
  })

  test('takes the BYE of a carrier to the call of ours that it ends (RFC 3261 §16.12)', async () => {
    far = await createAnsweringPhone({ address: carrier })
    await startEdge({ carriers: [`${carrier}:${far.port}`] })
    const call = await callOut(far)
    call.answer()
    await administrator.until(view => view.active?.state === 'connected', 'the answer')
    expect(await call.hangUp()).toMatchObject({ type: 'bye', by: 'us' })
    await administrator.until(view => view.active === null, 'the end of the call')
  })
})
