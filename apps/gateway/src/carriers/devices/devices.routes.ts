import { type ErrorBody, type ErrorCode, type Me, newDevice } from '@ringdown/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DeviceResult } from './devices.errors.ts'
import type { Devices } from './devices.usecases.ts'

export type DeviceRoutesNeeds = {
  devices: Devices
  /** Who asks; it has answered the request itself when it gives nothing. */
  member(request: FastifyRequest, reply: FastifyReply): Promise<Me | undefined>
}

const statuses: Partial<Record<ErrorCode, number>> = {
  'device.unknown': 404,
  'session.forbidden': 403,
  'device.too-many': 409,
}

/** `/api/v1/devices`: for every member, theirs; for owners and administrators everyone's. */
export async function deviceRoutes(server: FastifyInstance, needs: DeviceRoutesNeeds): Promise<void> {
  const { devices, member } = needs

  server.get('/api/v1/devices', async (request, reply) => {
    const me = await member(request, reply)
    return me ? devices.list(me) : reply
  })

  server.post('/api/v1/devices', async (request, reply) => {
    const me = await member(request, reply)
    if (!me) return reply
    const order = newDevice.safeParse(request.body)
    if (!order.success) {
      const [issue] = order.error.issues
      return send(reply, 400, {
        ok: false,
        code: 'request.malformed',
        message: issue?.path[0] === 'name' ? issue.message : 'The request is not understood.',
      })
    }
    // The password is in this answer and in no other: no cache may keep it.
    return send(reply.header('cache-control', 'no-store'), 201, await devices.add(me, order.data))
  })

  server.delete<{ Params: { id: string } }>('/api/v1/devices/:id', async (request, reply) => {
    const me = await member(request, reply)
    if (!me) return reply
    const removed = await devices.remove(me, request.params.id)
    return removed.ok ? reply.code(204).send() : send(reply, 404, removed)
  })
}

function send(reply: FastifyReply, status: number, result: DeviceResult<unknown>) {
  if (result.ok) return reply.code(status).send(result.value)
  const { code, message } = result
  return reply.code(statuses[code] ?? 400).send({ error: { code, message } } satisfies ErrorBody)
}
