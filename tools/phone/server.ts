import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { BridgedCall, type SipServer } from './bridged-call.ts'
import { callOrderOf, digitsOf, RequestError, readJson, requireOwnPage, sdpOf } from './requests.ts'

export type PhoneServer = {
  readonly port: number
  /** Hangs up every call and stops listening. */
  close(): Promise<void>
}

type Request = { request: IncomingMessage; response: ServerResponse }

const mostCalls = 20
/** ms that a page may be without its stream of events (it reconnects by itself) before its call is hung up. */
const absenceMs = 5_000
/** ms that a gateway may take to confirm that calls are over. */
const goodbyeMs = 2_000

const files: Record<string, { file: string; type: string }> = {
  '/phone': { file: 'phone.html', type: 'text/html; charset=utf-8' },
  '/phone/phone.css': { file: 'phone.css', type: 'text/css; charset=utf-8' },
  '/phone/phone.js': { file: 'phone.js', type: 'text/javascript; charset=utf-8' },
  '/phone/call.js': { file: 'call.js', type: 'text/javascript; charset=utf-8' },
  '/phone/level-meter.js': { file: 'level-meter.js', type: 'text/javascript; charset=utf-8' },
}
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"
const headers = {
  'content-security-policy': `${policy}; media-src 'self' mediastream:; base-uri 'none'; form-action 'none'`,
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/**
 * Serves the telephone page at `/phone` and bridges its calls to a SIP server. Loopback only.
 *
 * @param port 0 for any
 */
export async function startPhoneServer(options: {
  host: string
  port: number
  sip: SipServer
  /** Address of the console, for the page's link to it. */
  consoleUrl: string
}): Promise<PhoneServer> {
  const calls = new Map<string, BridgedCall>()

  async function dial({ request, response }: Request): Promise<void> {
    const order = callOrderOf(await readJson(request))
    if (calls.size >= mostCalls) throw new RequestError(503, 'Too many calls at once; try again later.')
    const call = new BridgedCall({ order, server: options.sip })
    calls.set(call.id, call)
    call.watch(({ state }) => state === 'ended' && calls.delete(call.id))
    sendJson(response, 201, { id: call.id, sdp: await call.offer() })
  }

  async function inCall(call: BridgedCall, action: string, { request, response }: Request): Promise<void> {
    if (action === 'GET events') return sendEvents(call, response)
    if (action === 'POST answer') accept(call, sdpOf(await readJson(request)))
    else if (action === 'POST digits') call.pressKeys(digitsOf(await readJson(request)))
    else if (action === 'POST hang-up') call.hangUp()
    else throw new RequestError(404, 'There is nothing at this address.')
    response.writeHead(204, headers).end()
  }

  async function serve({ request, response }: Request): Promise<void> {
    requireOwnPage(request)
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = files[path]
    if (request.method === 'GET' && path === '/') {
      response.writeHead(302, { ...headers, location: '/phone' }).end()
    } else if (request.method === 'GET' && file) {
      const text = readFileSync(join(import.meta.dirname, 'page', file.file), 'utf8')
      const body = text.replace('{{console}}', () => encodeURI(options.consoleUrl))
      response.writeHead(200, { ...headers, 'content-type': file.type }).end(body)
    } else if (request.method === 'POST' && path === '/phone/calls') {
      await dial({ request, response })
    } else {
      const [, id = '', action = ''] = /^\/phone\/calls\/([0-9a-f-]{36})\/([a-z-]+)$/.exec(path) ?? []
      const call = calls.get(id)
      if (!call) throw new RequestError(404, 'There is no such call (any more).')
      await inCall(call, `${request.method} ${action}`, { request, response })
    }
  }

  const server = createServer((request, response) => {
    serve({ request, response }).catch((error: unknown) => {
      const isOurs = error instanceof RequestError
      if (!isOurs) console.error('telephone page:', error)
      if (response.headersSent) response.destroy()
      else
        sendJson(response, isOurs ? error.status : 500, {
          message: isOurs ? error.message : 'Something failed.',
        })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const rest = [...calls.values()]
      for (const call of rest) call.hangUp()
      await Promise.race([Promise.all(rest.map(call => call.over)), wait(goodbyeMs)])
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function accept(call: BridgedCall, sdp: string): void {
  try {
    call.accept(sdp)
  } catch {
    throw new RequestError(400, 'The browser’s answer could not be used.')
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const absences = new WeakMap<BridgedCall, NodeJS.Timeout>()

/** The call's states as server-sent events. A page that goes away hangs up. */
function sendEvents(call: BridgedCall, response: ServerResponse): void {
  clearTimeout(absences.get(call))
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' })
  const stop = call.watch(state => {
    response.write(`data: ${JSON.stringify(state)}\n\n`)
    if (state.state === 'ended') response.end()
  })
  response.on('close', () => {
    stop()
    if (!call.isOver)
      absences.set(
        call,
        setTimeout(() => call.hangUp(), absenceMs),
      )
  })
}
