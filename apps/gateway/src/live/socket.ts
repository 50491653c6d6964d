import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorCode, LiveCommand, LiveMessage, Me } from '@ringdown/contract'
import { liveCommand } from '@ringdown/contract'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import type { CommandResult, Person } from './commands.usecases.ts'
import type { Hub, Page } from './hub.ts'
import type { Presence } from './presence.usecases.ts'

export type LiveSession = {
  user: { id: string; name: string }
  organization: { id: string; name: string }
  role: Me['role']
}

export type LiveSocketNeeds = {
  sessionOf(headers: IncomingMessage['headers']): Promise<LiveSession | undefined>
  /** Pages of other sites must not open sockets with this site's cookie. */
  isOwnOrigin(request: IncomingMessage): boolean
  carryOut(person: Person, command: LiveCommand): Promise<CommandResult>
  hub: Hub
  presence: Presence
  counters: { refused(why: 'session' | 'origin' | 'malformed' | 'flood'): void }
  onFailed(error: unknown): void
}

const limits = {
  /** An SDP offer of a browser is below 10 kB. */
  messageBytes: 64 * 1024,
  /** A page sends a handful of commands a second at its busiest. */
  commandsPerSecond: 40,
  heartbeatMs: 10_000,
  /** For a page to answer the closing of its connection. */
  farewellMs: 500,
  sessionCheckMs: 5 * 60_000,
} as const

/** 1012, service restart: the page comes back. */
const closeCodes = {
  restart: 1012,
  replaced: 4001,
  sessionEnded: 4003,
  flood: 1008,
  malformed: 1007,
} as const

/** The console's WebSocket. `upgrade` is called for `/api/v1/live` only. */
export function createLiveSocket(needs: LiveSocketNeeds) {
  const server = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes })
  let isClosing = false

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    if (!needs.isOwnOrigin(request)) {
      needs.counters.refused('origin')
      return turnAway(socket, 403)
    }
    const session = await needs.sessionOf(request.headers)
    if (!session) {
      needs.counters.refused('session')
      return turnAway(socket, 401)
    }
    server.handleUpgrade(request, socket, head, ws => attend(ws, session, request.headers))
  }

  /** A session that was ended elsewhere ends its page too. A database that is away says nothing about it. */
  function checkSession(ws: WebSocket, headers: IncomingMessage['headers']): () => void {
    const timer = setInterval(async () => {
      const session = await needs.sessionOf(headers).catch(() => 'unknown')
      if (!session) ws.close(closeCodes.sessionEnded, 'the session ended')
    }, limits.sessionCheckMs)
    return () => clearInterval(timer)
  }

  function attend(ws: WebSocket, session: LiveSession, headers: IncomingMessage['headers']) {
    const { user, organization, role } = session
    const person: Person = { operator: user.id, organization: organization.id, role }
    const page: Page = {
      operator: session.user,
      organization: session.organization,
      send: message => ws.readyState === ws.OPEN && ws.send(JSON.stringify(message)),
      replace() {
        page.send({ type: 'replaced' })
        ws.close(closeCodes.replaced)
      },
    }
    const stopHeartbeat = heartbeat(ws)
    const stopChecking = checkSession(ws, headers)
    ws.on(
      'message',
      flowLimited(ws, data => void receive(ws, person, page, data)),
    )
    // A socket's own error is followed by its close.
    ws.on('error', () => {})
    ws.on('close', code => {
      stopHeartbeat()
      stopChecking()
      // We sent them away: nothing of theirs is to change.
      if (isClosing) return
      if (needs.hub.leave(page)) needs.presence.pageLeft(person, code)
      needs.hub.changed(person.organization)
    })
    needs.hub.enter(page)
    needs.presence.pageCame(person)
    needs.hub.changed(person.organization)
  }

  function flowLimited(ws: WebSocket, take: (data: string) => void) {
    let windowStart = 0
    let count = 0
    return (data: Buffer) => {
      const now = Date.now()
      if (now - windowStart >= 1000) {
        windowStart = now
        count = 0
      }
      count += 1
      if (count <= limits.commandsPerSecond) return take(data.toString())
      if (count === limits.commandsPerSecond + 1) {
        needs.counters.refused('flood')
        ws.close(closeCodes.flood, 'too many messages')
      }
    }
  }

  async function receive(ws: WebSocket, person: Person, page: Page, data: string) {
    const command = read(data)
    if (!command) {
      needs.counters.refused('malformed')
      return refuseMalformed(ws, page, data)
    }
    try {
      page.send(resultOf(command.id, await needs.carryOut(person, command)))
    } catch (error) {
      needs.onFailed(error)
      page.send(failure(command.id, 'gateway.internal', 'That did not work; try again.'))
    }
  }

  /** Sends every page away. An HTTP server that closes waits for upgraded connections, and no page leaves by itself. */
  function close() {
    isClosing = true
    for (const ws of server.clients) {
      ws.close(closeCodes.restart)
      setTimeout(() => ws.terminate(), limits.farewellMs)
    }
    server.close()
  }

  return { upgrade, close }
}

function read(data: string) {
  try {
    return liveCommand.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}

/** A message that has at least an id gets its answer; anything else ends the connection. */
function refuseMalformed(ws: WebSocket, page: Page, data: string) {
  const id = /"id"\s*:\s*"([\w-]{1,64})"/.exec(data)?.[1]
  if (!id) return ws.close(closeCodes.malformed, 'not a command')
  page.send(failure(id, 'request.malformed', 'This page does not match the gateway; reload it.'))
}

function resultOf(id: string, result: CommandResult): LiveMessage {
  if (!result.ok) return failure(id, result.code, result.message)
  return { type: 'result', id, ok: true, ...(result.answer === undefined ? {} : { answer: result.answer }) }
}

function failure(id: string, code: ErrorCode, message: string): LiveMessage {
  return { type: 'result', id, ok: false, error: { code, message } }
}

/** A peer that vanished without a word is noticed after two missed answers. */
function heartbeat(ws: WebSocket): () => void {
  let answered = true
  ws.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (!answered) return ws.terminate()
    answered = false
    ws.ping()
  }, limits.heartbeatMs)
  return () => clearInterval(timer)
}

function turnAway(socket: Duplex, status: 401 | 403) {
  const reason = status === 401 ? 'Unauthorized' : 'Forbidden'
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
