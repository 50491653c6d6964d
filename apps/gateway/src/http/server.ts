import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorBody, ErrorCode } from '@ringdown/contract'
import type { FastifyError, FastifyInstance } from 'fastify'
import Fastify from 'fastify'

/** Answers a WebSocket upgrade; the first that is concerned takes it. */
export interface Upgrade {
  concerns(request: IncomingMessage): boolean
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

const bodyLimit = 256 * 1024

/** The HTTP server of control: limits, errors in one form, upgrades to whom they concern. */
export function createHttpServer(needs: {
  upgrades: Upgrade[]
  onError(error: unknown): void
  /** Asked when a request failed and its error does not say why: libraries hide that the database was away. */
  databaseAnswers?(): Promise<boolean>
}): FastifyInstance {
  const server = Fastify({
    bodyLimit,
    logger: false,
    requestTimeout: 15_000,
    // TLS ends in front of us; who may say X-Forwarded-* is whoever can reach loopback or the private network.
    trustProxy: 'loopback,uniquelocal',
  })
  server.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const known = classOf(error)
    const isAway = known.status === 500 && (await needs.databaseAnswers?.()) === false
    const { status, code } = isAway ? databaseAway : known
    // A database that is away is told of where it is noticed; here it is no defect.
    if (status === 500) needs.onError(error)
    return reply.code(status).send(errorBody(code, sentences[code]))
  })
  server.server.on('upgrade', (request, socket, head) => {
    // A peer that resets while we look at its request must not end the process.
    socket.on('error', () => socket.destroy())
    const taker = needs.upgrades.find(one => one.concerns(request))
    if (taker) taker.upgrade(request, socket, head)
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  return server
}

type Known = 'request.malformed' | 'request.too-large' | 'gateway.database-away' | 'gateway.internal'

/** Of errors that say that nothing was done because the database did not serve us: asking again will do. */
const unserved: ReadonlySet<string> = new Set(['gateway.database-away', 'gateway.database-busy'])

const databaseAway = { status: 503, code: 'gateway.database-away' } as const

function classOf(error: FastifyError): { status: number; code: Known } {
  const status = error.statusCode ?? 500
  if (unserved.has(error.code)) return databaseAway
  if (status === 413) return { status, code: 'request.too-large' }
  return status >= 400 && status < 500
    ? { status, code: 'request.malformed' }
    : { status: 500, code: 'gateway.internal' }
}

const sentences: Record<Known, string> = {
  'request.malformed': 'The request is not understood.',
  'request.too-large': 'The request is too large.',
  'gateway.database-away': 'The database does not answer now; try again in a moment.',
  'gateway.internal': 'That did not work; try again in a moment.',
}

export function errorBody(code: ErrorCode, message: string): ErrorBody {
  return { error: { code, message } }
}
