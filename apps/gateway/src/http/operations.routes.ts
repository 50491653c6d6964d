import type { FastifyInstance } from 'fastify'

export type OperationsNeeds = {
  metrics(): Promise<{ type: string; text: string }>
  /** What keeps this gateway from taking calls, in words; empty when nothing does. */
  notReady(): string[]
}

/** For load balancers and monitoring (FEATURES RU-4). */
export async function operationsRoutes(server: FastifyInstance, needs: OperationsNeeds): Promise<void> {
  server.get('/healthz', async () => ({ status: 'alive' }))
  server.get('/readyz', async (_request, reply) => {
    const waitingFor = needs.notReady()
    return reply
      .code(waitingFor.length === 0 ? 200 : 503)
      .send({ ready: waitingFor.length === 0, waitingFor })
  })
  server.get('/metrics', async (_request, reply) => {
    const { type, text } = await needs.metrics()
    return reply.type(type).send(text)
  })
}
