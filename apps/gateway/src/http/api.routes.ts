import type { About, Me } from '@ringdown/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { headersOf } from './request-headers.ts'
import { errorBody } from './server.ts'

export type ApiNeeds = {
  demo: boolean
  version: string
  sessionOf(headers: Headers): Promise<(Me & { setCookies: string[] }) | undefined>
  /** Better Auth, under /api/auth/. */
  handleSignIn(request: Request): Promise<Response>
  publicUrl: string
  /** The header in which Better Auth is told the client's address. */
  clientAddressHeader: string
}

/** What a page needs before its live connection: who am I, what is this, sign in and out. */
export async function apiRoutes(server: FastifyInstance, needs: ApiNeeds): Promise<void> {
  const about: About = { product: 'Ringdown', version: needs.version, demo: needs.demo }
  server.get('/api/v1/about', async () => about)

  server.get('/api/v1/me', async (request, reply) => {
    const session = await needs.sessionOf(headersOf(request, needs.clientAddressHeader))
    if (!session) return reply.code(401).send(errorBody('session.missing', 'Sign in first.'))
    const { setCookies, user, organization, role } = session
    for (const cookie of setCookies) reply.header('set-cookie', cookie)
    return { user, organization, role } satisfies Me
  })

  server.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    async handler(request, reply) {
      const answer = await needs.handleSignIn(signInRequest(request, needs))
      if (answer.status >= 500) throw new Error(`signing in failed with ${answer.status}`)
      reply.code(answer.status)
      answer.headers.forEach((value, name) => {
        if (name !== 'set-cookie') reply.header(name, value)
      })
      for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie)
      return reply.send(Buffer.from(await answer.arrayBuffer()))
    },
  })
}

function signInRequest(request: FastifyRequest, needs: ApiNeeds): Request {
  const headers = headersOf(request, needs.clientAddressHeader)
  const body = request.body === undefined || request.method === 'GET' ? null : JSON.stringify(request.body)
  headers.delete('content-length')
  return new Request(new URL(request.url, needs.publicUrl), { method: request.method, headers, body })
}
