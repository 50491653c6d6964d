import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { createTestCalls, createTestCounter, createTestMedia } from '../../legs/stream/doubles.ts'
import { createStreamDriver, systemClock } from '../../legs/stream/index.ts'
import type { WorkerCommand } from '../../media/worker.port.ts'
import { createTestDirectory, createTestSeal, createTestVault } from './doubles.ts'
import {
  createAccountKeys,
  createStreamUpgrade,
  createTwilioRest,
  type PassSocket,
  twilioRoutes,
} from './index.ts'
import type { TwilioCount } from './twilio.port.ts'

export const testAccount = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'demo-twilio-token' }
export const otherAccount = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'other-token' }
export const ourNumber = '+15550100'

/**
 * Everything of "Twilio in" with doubles of its neighbours: the call engine orders audio for each call as it arrives.
 * Not listening until `listen`.
 */
export async function createTestGateway({
  apiBase = 'http://127.0.0.1:9',
  publicUrl = null as string | null,
  clock = systemClock,
} = {}) {
  const { seal, openToken } = createTestSeal()
  const directory = createTestDirectory({
    accounts: [testAccount, otherAccount].map(({ accountSid, authToken }, index) => ({
      id: `account-${index}`,
      organization: `organization-${index}`,
      accountSid,
      sealedToken: seal(authToken),
    })),
    numbers: [
      { organization: 'organization-0', number: ourNumber, queue: 'queue-0', inService: true },
      { organization: 'organization-0', number: '+15550101', queue: 'queue-0', inService: false },
    ],
  })
  const vault = createTestVault()
  const calls = createTestCalls()
  const counter = createTestCounter<TwilioCount | 'stream accepted' | 'stream refused' | 'report failed'>()
  const keys = createAccountKeys({ directory: directory.accounts, openToken, clock })
  await keys.preload()
  const streams = createTestStreams()
  const carrier = createTwilioRest({ apiBase, keys, clock, counter })
  const { driver, legs } = createStreamDriver({
    calls: calls.port,
    media: streams.media.port,
    carrier,
    clock,
    counter,
  })
  calls.whenArrived((leg, call) => driver.openMedia({ leg, call, worker: 0, endpoint: `caller-of-${call}` }))

  let recovered = true
  const server = Fastify()
  const { referenceOf } = streams.media.port
  await server.register(twilioRoutes, {
    ...{ numbers: directory.numbers, vault: vault.vault, calls: calls.port, legs, counter, keys },
    ...{ referenceOf, publicUrl, recovered: () => recovered },
  })
  const upgrade = createStreamUpgrade({
    media: streams.media.port,
    passSocket: streams.receive,
    counter,
  })
  server.server.on('upgrade', upgrade.upgrade)
  return {
    ...{ server, driver, legs, calls, vault, directory, counter, streams, upgrade },
    setRecovered(to: boolean) {
      recovered = to
    },
    async listen(): Promise<string> {
      await server.listen({ host: '127.0.0.1', port: 0 })
      return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
    },
    async close() {
      streams.closeAll()
      await server.close()
    },
  }
}

/** A media worker that takes streams from handed-over sockets and sends back what it hears. */
function createTestStreams() {
  const server = new WebSocketServer({ noServer: true })
  const media = createTestMedia({ onCommand: command => void obey(command) })
  const sockets = new Map<string, { socket: WebSocket; endpoint: string | null }>()
  let refused = 0

  const obey = (command: WorkerCommand) => {
    if (command.type === 'accept stream') {
      const stream = sockets.get(command.stream)
      if (stream) stream.endpoint = command.endpoint
    }
    if (command.type === 'refuse stream') {
      refused += 1
      sockets.get(command.stream)?.socket.close(1008, command.reason)
    }
    if (command.type === 'close')
      for (const { socket, endpoint } of sockets.values())
        if (endpoint === command.endpoint) socket.close(1000)
  }

  const listen = (socket: WebSocket, worker: number) => {
    socket.on('message', data => {
      const message = JSON.parse(data.toString())
      const stream = sockets.get(message.streamSid)
      if (message.event === 'start') {
        sockets.set(message.streamSid, { socket, endpoint: null })
        const { customParameters, callSid, accountSid } = message.start
        media.emit(
          {
            ...{ type: 'stream started', stream: message.streamSid, carrier: 'twilio' },
            ...{ carrierCall: callSid, carrierAccount: accountSid, token: customParameters.token ?? null },
          },
          worker,
        )
      } else if (message.event === 'media' && stream?.endpoint) {
        const { payload } = message.media
        socket.send(JSON.stringify({ event: 'media', streamSid: message.streamSid, media: { payload } }))
      }
    })
    socket.on('close', () => {
      for (const [sid, one] of sockets) {
        if (one.socket !== socket) continue
        sockets.delete(sid)
        if (one.endpoint) media.emit({ type: 'lost', endpoint: one.endpoint, reason: 'closed' }, worker)
      }
    })
  }

  return {
    media,
    refused: () => refused,
    count: () => sockets.size,
    /** What the worker process does with a socket that it was handed. */
    receive: ((message, socket) => {
      const headers = {
        upgrade: 'websocket',
        'sec-websocket-key': message.key,
        'sec-websocket-version': '13',
      }
      const request = { method: 'GET', headers, url: '/' } as unknown as IncomingMessage
      server.handleUpgrade(request, socket, Buffer.from(message.head, 'base64'), ws =>
        listen(ws, message.worker),
      )
    }) satisfies PassSocket,
    /** Closes every stream from our side, as a worker does that ends. */
    breakAll() {
      for (const { socket } of sockets.values()) socket.terminate()
    },
    closeAll() {
      for (const { socket } of sockets.values()) socket.terminate()
      server.close()
    },
  }
}
