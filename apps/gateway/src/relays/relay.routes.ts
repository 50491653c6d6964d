import type { Me } from '@ringdown/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RelayCredentials } from './relay-credentials.ts'

export type RelayRoutesNeeds = {
  credentialsFor: RelayCredentials
  /** Who asks; it has answered the request itself when it gives nothing. */
  member(request: FastifyRequest, reply: FastifyReply): Promise<Me | undefined>
}

/** `/api/v1/relays`: for every member, new credentials each time. */
export async function relayRoutes(server: FastifyInstance, needs: RelayRoutesNeeds): Promise<void> {
  server.get('/api/v1/relays', async (request, reply) => {
    const me = await needs.member(request, reply)
    return me ? reply.header('cache-control', 'no-store').send(needs.credentialsFor(me.user.id)) : reply
  })
}
