import type { SipMessage } from '@ringdown/sip'
import { contactsOf, header, topVia } from '@ringdown/sip'
import { afterEach, describe, expect, test } from 'vitest'
import { createTestBench } from '../test-bench.ts'
import { sdp } from '../test-call.ts'
import { anywhere, createTestIdentity, createTestSockets, hostName, request } from './test-sockets.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Secured = 'tls' | 'ws' | 'wss'

/** A gateway that listens on all transports, and a telephone that is connected over one of them. */
async function connected(transport: Secured) {
  const identity = createTestIdentity()
  const bench = await createTestBench()
  const asked: string[] = []
  const { trunkAt } = bench.directory.asks
  Object.assign(bench.directory.asks, {
    trunkAt: (address: string) => {
      asked.push(address)
      return trunkAt()
    },
  })
  await bench.kill()
  const at = await bench.driver().listen({
    host: '127.0.0.1',
    port: bench.port,
    tls: anywhere,
    ws: anywhere,
    wss: anywhere,
    identity,
  })
  const phone = await createTestSockets()
  closing.push(identity.remove, bench.close, phone.close)
  const port = at.portOf(transport)!
  const flow = { transport, address: '127.0.0.1', port, serverName: hostName }
  const say = (options: Parameters<typeof request>[0]) =>
    phone.send(request({ via: `SIP/2.0/${transport.toUpperCase()} phone.invalid`, ...options }), flow)
  const heard = async (match: (message: SipMessage) => boolean) => {
    await expect.poll(() => phone.heard.some(({ message }) => match(message))).toBe(true)
    return phone.heard.find(({ message }) => match(message))!
  }
  return { bench, asked, phone, port, say, heard }
}

const statusIs = (status: number) => (message: SipMessage) =>
  message.kind === 'response' && message.status === status

/** To what leads nowhere: only the connection that is there does. */
const contacts: Record<Secured, string> = {
  tls: '<sip:phone@127.0.0.1:1;transport=tls>',
  ws: '<sip:phone@df7jal23ls0d.invalid;transport=ws>',
  wss: '<sips:phone@df7jal23ls0d.invalid;transport=ws>',
}

describe.each<Secured>(['tls', 'ws', 'wss'])('a call over %s', transport => {
  test("is its address's trunk's, is answered over its connection, and hears our BYE there", async () => {
    const { bench, asked, port, say, heard } = await connected(transport)
    const contact = `Contact: ${contacts[transport]}`
    const uri = 'sip:+15550100@127.0.0.1'
    const headers = [contact, 'Content-Type: application/sdp']
    await say({ method: 'INVITE', uri, to: `<${uri}>`, headers, body: sdp() })
    await expect.poll(() => bench.calls.arrivals.length).toBe(1)
    expect(new Set(asked)).toEqual(new Set(['127.0.0.1']))

    const { leg } = bench.calls.arrivals[0]!.leg
    const driver = bench.driver()
    const opened = await driver.openMedia({ leg, call: 'call-1', endpoint: 'caller:call-1', worker: 0 })
    if (opened.type !== 'open') throw new Error(opened.type)
    await driver.answer({ leg, media: opened.media })
    const answer = (await heard(statusIs(200))).message
    const named = transport === 'wss' ? 'ws' : transport
    expect(contactsOf(answer)[0]?.uri).toBe(`sip:ringdown@127.0.0.1:${port};transport=${named}`)

    await say({ method: 'ACK', uri: contactsOf(answer)[0]!.uri, to: header(answer, 'to')! })
    await driver.settled(Number.MAX_SAFE_INTEGER)
    await say({ callId: 'read' })
    await heard(message => header(message, 'call-id') === 'read')
    await driver.hangUp({ leg, ending: { result: 'completed', reason: 'hung-up-by-operator' } })
    const bye = await heard(message => message.kind === 'request' && message.method === 'BYE')
    expect(topVia(bye.message)).toMatchObject({ transport: transport.toUpperCase(), port })
    expect(bye.flow.port).toBe(port)
  })

  test('of a stranger is refused over its connection', async () => {
    const { bench, say, heard } = await connected(transport)
    bench.directory.trunk = undefined
    await say({ method: 'INVITE', headers: [`Contact: ${contacts[transport]}`] })
    await heard(statusIs(403))
    expect(bench.calls.arrivals).toEqual([])
  })
})
