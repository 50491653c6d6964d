import { type ErrorBody, type ErrorCode, type Me, type TrunkList, trunkChange } from '@ringdown/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TrunkResult } from './trunk.errors.ts'
import type { Actor, Trunks } from './trunks.usecases.ts'

export type TrunkRoutesNeeds = {
  trunks: Trunks
  /** Who asks; it has answered the request itself when it gives nothing. */
  administrator(request: FastifyRequest, reply: FastifyReply): Promise<Me | undefined>
}

type WithId = { Params: { id: string } }

const statuses: Partial<Record<ErrorCode, number>> = {
  'trunk.unknown': 404,
  'trunk.changed': 409,
  'trunk.name-taken': 409,
}

/** `/api/v1/trunks`: for owners and administrators of the organization. */
export async function trunkRoutes(server: FastifyInstance, needs: TrunkRoutesNeeds): Promise<void> {
  const { trunks, administrator } = needs

  server.get('/api/v1/trunks', async (request, reply) => {
    const me = await administrator(request, reply)
    if (!me) return reply
    return { trunks: await trunks.list(me.organization.id) } satisfies TrunkList
  })

  server.get<WithId>('/api/v1/trunks/:id', async (request, reply) => {
    const me = await administrator(request, reply)
    if (!me) return reply
    return send(reply, 200, await trunks.find(me.organization.id, request.params.id))
  })

  server.post('/api/v1/trunks', async (request, reply) => {
    const me = await administrator(request, reply)
    if (!me) return reply
    const change = readChange(request.body)
    return change.ok ? send(reply, 201, await trunks.add(actor(me), change.value)) : send(reply, 400, change)
  })

  server.put<WithId>('/api/v1/trunks/:id', async (request, reply) => {
    const me = await administrator(request, reply)
    if (!me) return reply
    const change = readChange(request.body)
    return change.ok
      ? send(reply, 200, await trunks.change(actor(me), request.params.id, change.value))
      : send(reply, 400, change)
  })

  server.delete<WithId>('/api/v1/trunks/:id', async (request, reply) => {
    const me = await administrator(request, reply)
    if (!me) return reply
    const removed = await trunks.remove(actor(me), request.params.id)
    return removed.ok ? reply.code(204).send() : send(reply, 404, removed)
  })
}

const actor = (me: Me): Actor => ({ organization: me.organization.id, actor: me.user.id })

/** The sentence names the field; it never repeats what stood in it. */
function readChange(body: unknown): TrunkResult<ReturnType<typeof trunkChange.parse>> {
  const read = trunkChange.safeParse(body)
  if (read.success) return { ok: true, value: read.data }
  const [issue] = read.error.issues
  const field = issue?.path.join('.')
  const what = field ? `The field ${field}` : 'The request'
  const message = `${what} is not understood: ${issue?.message.replace(/\.?$/, '.') ?? ''}`
  return { ok: false, code: 'request.malformed', message }
}

function send(reply: FastifyReply, status: number, result: TrunkResult<unknown>) {
  if (result.ok) return reply.code(status).send(result.value)
  const { code, message } = result
  return reply.code(statuses[code] ?? 400).send({ error: { code, message } } satisfies ErrorBody)
}
