import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { errorBody } from './server.ts'

/** Scripts and styles carry a hash in their names; the page itself is asked for anew each time. */
const aYear = 365 * 24 * 3600

const policy = [
  "default-src 'self'",
  "connect-src 'self' ws: wss:",
  "img-src 'self' data:",
  "media-src 'self' blob: mediastream:",
  "style-src 'self' 'unsafe-inline'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

/** The console, built by Vite into `folder`; every path that is not a file is the page itself. */
export async function consoleRoutes(
  server: FastifyInstance,
  needs: { folder: string; phoneUrl: string | undefined },
) {
  const built = existsSync(join(needs.folder, 'index.html'))
  server.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', policy)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
  })
  if (needs.phoneUrl !== undefined) {
    const { phoneUrl } = needs
    server.get('/phone', (_request, reply) => reply.redirect(phoneUrl))
  }
  if (built) {
    await server.register(fastifyStatic, {
      root: needs.folder,
      cacheControl: false,
      setHeaders(reply, path) {
        const hashed = path.includes('/assets/')
        reply.header('cache-control', hashed ? `public, max-age=${aYear}, immutable` : 'no-cache')
      },
    })
  }
  server.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !/^\/(api|carriers|assets)\//.test(request.url)
    if (isPage && built) return reply.header('cache-control', 'no-cache').sendFile('index.html')
    return reply.code(404).send(errorBody('request.malformed', 'There is nothing at this address.'))
  })
}
