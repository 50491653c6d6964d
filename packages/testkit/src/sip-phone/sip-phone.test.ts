import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { parseRtp, payloadOf, serializeRtp } from '@ringdown/media'
import {
  answerAudio,
  createInDialogRequest,
  createResponse,
  createTransactionLayer,
  createUasDialog,
  type Dialog,
  type LocalAudio,
  offerAudio,
  parseMessage,
  parseSdp,
  type SipRequest,
  type SipResponse,
  serializeMessage,
  serializeSdp,
  type TransactionLayer,
} from '@ringdown/sip'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SipCall } from './sip-call.ts'
import { createSipPhone, type SipPhone } from './sip-phone.ts'

/** The other end: takes every INVITE as it is told, and sends every RTP packet back as it came. */
type TestServer = {
  port: number
  requests: SipRequest[]
  responses: SipResponse[]
  /** How many messages came, repeated ones too. */
  datagrams: number
  heard: Buffer[]
  answer: (request: SipRequest, local: LocalAudio) => SipResponse | undefined
  ask(method: string, direction?: 'sendonly'): void
  respondLater(status: number): void
  until(fits: () => boolean): Promise<void>
  close(): void
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

const token = () => Math.random().toString(36).slice(2)

function accept(request: SipRequest, local: LocalAudio): SipResponse {
  const offer = parseSdp(request.body)
  if (!offer.ok) throw new Error('the telephone sent no offer')
  const result = answerAudio(offer.session, local)
  if (!result.ok) throw new Error(result.code)
  return createResponse(request, 200, {
    toTag: 'server',
    headers: [{ name: 'Contact', value: `<sip:server@127.0.0.1:${local.port}>` }],
    body: serializeSdp(result.answer),
    contentType: 'application/sdp',
  })
}

async function createTestServer(): Promise<TestServer> {
  const [sip, rtp] = [await bound(), await bound()]
  const local: LocalAudio = {
    codecs: ['PCMU', 'PCMA'],
    address: '127.0.0.1',
    port: rtp.address().port,
    sessionId: '7',
    sessionVersion: 1,
  }
  let dialog: Dialog | undefined
  let invite: { id: string; request: SipRequest } | undefined
  let phonePort = 0
  const changed = new Set<() => void>()
  const change = () => {
    for (const resolve of changed) resolve()
  }
  const layer: TransactionLayer = createTransactionLayer({
    send: (message, flow) => sip.send(serializeMessage(message), flow.port, flow.address),
    timers: { start: () => undefined, stop: () => undefined },
    newToken: token,
    sentBy: () => ({ host: '127.0.0.1', port: sip.address().port }),
    onEvent(event) {
      if (event.type === 'request') take(event.id, event.request)
      if (event.type === 'cancelled')
        layer.respond(event.id, createResponse(invite!.request, 487, { toTag: 'server' }))
      if (event.type === 'response') server.responses.push(event.response)
      change()
    },
  })

  function take(id: string, request: SipRequest): void {
    server.requests.push(request)
    if (request.method !== 'INVITE') {
      layer.respond(id, createResponse(request, 200))
      return
    }
    invite = { id, request }
    const response = server.answer(request, local)
    if (response) settle(response)
  }

  function settle(response: SipResponse): void {
    layer.respond(invite!.id, response)
    const made = createUasDialog({ request: invite!.request, response })
    if (made.ok) dialog = made.dialog
  }

  const server: TestServer = {
    port: sip.address().port,
    requests: [],
    responses: [],
    datagrams: 0,
    heard: [],
    answer: accept,
    ask(method, direction) {
      const body = direction ? serializeSdp(offerAudio({ ...local, direction, sessionVersion: 2 })) : ''
      const contentType = 'application/sdp'
      const made = createInDialogRequest(dialog!, { method, ...(direction ? { body, contentType } : {}) })
      dialog = made.dialog
      layer.request(made.request, { transport: 'udp', address: '127.0.0.1', port: phonePort })
    },
    respondLater: status =>
      status === 200
        ? settle(accept(invite!.request, local))
        : settle(createResponse(invite!.request, status)),
    async until(fits) {
      while (!fits()) await new Promise<void>(resolve => changed.add(resolve))
    },
    close() {
      sip.close()
      rtp.close()
    },
  }
  sip.on('message', (bytes, { address, port }) => {
    phonePort = port
    server.datagrams += 1
    const parsed = parseMessage(bytes, { transport: 'datagram' })
    if (parsed.ok) layer.receive(parsed.message, { transport: 'udp', address, port })
    change()
  })
  rtp.on('message', (bytes, { address, port }) => {
    const packet = parseRtp(bytes)
    if (!packet) return
    server.heard.push(Buffer.from(payloadOf(packet)))
    rtp.send(serializeRtp(packet, payloadOf(packet)), port, address)
    change()
  })
  return server
}

let server: TestServer
let phone: SipPhone

beforeEach(async () => {
  server = await createTestServer()
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: server.port } })
})

afterEach(async () => {
  await phone.close()
  server.close()
})

const everyByte = Uint8Array.from({ length: 1280 }, (_, i) => i % 256)
const dial = (): Promise<SipCall> =>
  phone.call({ to: '+15550100', from: '+15550123', says: everyByte, loop: true })

it('says and hears G.711 bytes as they are, and both ends know who hung up', async () => {
  const call = await dial()
  await call.answered
  await server.until(() => server.heard.length > 20)
  expect(Buffer.concat(server.heard.slice(0, 8))).toEqual(Buffer.from(everyByte))
  await server.until(() => call.stream.received.length > 10)
  expect(call.stream.received[0]!.payload).toEqual(everyByte.subarray(0, 160))
  expect(await call.hangUp()).toEqual({ by: 'us' })
  expect(server.requests.map(request => request.method)).toEqual(['INVITE', 'BYE'])
})

it('tells of every status on the way, and of a refusal', async () => {
  server.answer = request => createResponse(request, 180, { toTag: 'server' })
  const call = await dial()
  await server.until(() => server.requests.length > 0)
  server.respondLater(486)
  await expect(call.answered).rejects.toThrow('486')
  expect(await call.ended).toEqual({ by: 'refusal', status: 486 })
  expect(call.statuses.filter(status => status !== 100)).toEqual([180, 486])
})

it('repeats its INVITE while every 100 is lost', async () => {
  server.answer = request => createResponse(request, 100)
  const call = await phone.call({ to: '+15550100', from: '+15550123', losesTrying: true })
  await server.until(() => server.datagrams >= 2)
  expect(call.statuses).toEqual([])
  server.respondLater(486)
  expect(await call.ended).toEqual({ by: 'refusal', status: 486 })
})

it('cancels a call that rings', async () => {
  server.answer = request => createResponse(request, 180, { toTag: 'server' })
  const call = await dial()
  await server.until(() => server.requests.length > 0)
  expect(await call.hangUp()).toEqual({ by: 'us' })
  expect(call.statuses.at(-1)).toBe(487)
})

it('ends a call by BYE that was answered while it was given up (RFC 3261 §9.1)', async () => {
  server.answer = () => undefined
  const call = await dial()
  await server.until(() => server.requests.length > 0)
  // Without a provisional response no CANCEL may be sent; the 200 comes first.
  const ended = call.hangUp()
  server.respondLater(200)
  expect(await ended).toEqual({ by: 'us' })
  expect(server.requests.map(request => request.method)).toContain('BYE')
})

it('falls silent while it is held, and answers the re-INVITE with its side of it', async () => {
  const call = await dial()
  await call.answered
  server.ask('INVITE', 'sendonly')
  await server.until(() => server.responses.some(response => response.status === 200))
  const sdp = parseSdp(server.responses.at(-1)!.body)
  expect(sdp.ok && sdp.session.media[0]!.attributes.map(a => a.name)).toContain('recvonly')
  expect(call.stream.sending).toBe('nothing')
})

it.each([
  ['OPTIONS', 200],
  ['INFO', 200],
  ['REFER', 405],
])('answers %s inside a call with %d', async (method, status) => {
  const call = await dial()
  await call.answered
  server.ask(method)
  await server.until(() => server.responses.length > 0)
  expect(server.responses.at(-1)!.status).toBe(status)
  server.ask('BYE')
  expect(await call.ended).toEqual({ by: 'them' })
})

it('presses keys by RFC 4733, each once', async () => {
  const call = await dial()
  await call.answered
  await call.sendDigits('12#')
  // The server sends everything back: the telephone hears its own keys.
  await server.until(() => call.stream.digits.length >= 3)
  expect(call.stream.digits).toEqual(['1', '2', '#'])
  await expect(call.sendDigits('x')).rejects.toThrow('keypad')
})
