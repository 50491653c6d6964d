import { randomBytes, randomInt } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Flow, LayerEvent, ParseFailure, SipMessage, SipRequest } from '@ringdown/sip'
import {
  createResponse,
  createTransactionLayer,
  dialogKeyOfRequest,
  encodeUtf8,
  nextHop,
  parseMessage,
  parseUri,
  requireOf,
  tagOf,
  toOf,
  uriTransport,
} from '@ringdown/sip'
import type { LegDriver, LegEvent, LegId } from '../leg.port.ts'
import { callerNumberOf, dialledNumberOf } from './caller.rules.ts'
import { legIdOf, readLegData, type SipLegData, writeLegData } from './leg-data.ts'
import type { SipNeeds } from './sip.port.ts'
import { allow, dialogOf, SipLeg } from './sip-leg.ts'
import { openSipSockets, type SipSockets } from './sockets.ts'

export interface SipDriver extends LegDriver {
  /** Starts to listen. Before it, `restore` what a former control left, so that its retransmissions find their calls. */
  listen(at: { host: string; port: number }): Promise<{ port: number }>
  close(): Promise<void>
}

/** Takes calls from SIP trunks and drives their legs. */
export function createSipDriver(needs: SipNeeds): SipDriver {
  const legs = new Map<LegId, SipLeg>()
  const byTransaction = new Map<string, SipLeg>()
  const byDialog = new Map<string, SipLeg>()
  const byEndpoint = new Map<string, SipLeg>()
  const probes = new Map<string, SipLeg>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  let sockets: SipSockets | undefined

  const layer = createTransactionLayer({
    send: (message, flow, id) => void transmit(message, flow, id),
    timers: {
      start(timer, ms) {
        clearTimeout(timers.get(timer))
        timers.set(
          timer,
          setTimeout(() => {
            timers.delete(timer)
            layer.timerFired(timer)
          }, ms),
        )
      },
      stop(timer) {
        clearTimeout(timers.get(timer))
        timers.delete(timer)
      },
    },
    newToken: () => randomBytes(12).toString('hex'),
    sentBy: flow => ({ host: needs.addressFor(flow.address), port: sockets?.port ?? 5060 }),
    onEvent: event => void react(event),
  })

  async function transmit(message: SipMessage, flow: Flow, id: string | undefined) {
    try {
      if (!sockets) throw new Error('not listening')
      const address = isIP(flow.address) ? flow.address : (await lookup(flow.address)).address
      await sockets.send(message, { ...flow, address })
    } catch {
      needs.counter.count('failed')
      if (id !== undefined) layer.transportError(id)
    }
  }

  async function react(event: LayerEvent) {
    switch (event.type) {
      case 'request':
        return receive(event)
      case 'ack': {
        const key = dialogKeyOfRequest(event.request)
        return (key === undefined ? undefined : byDialog.get(key))?.acknowledged(event.request)
      }
      case 'cancelled':
        return byTransaction.get(event.id)?.cancelled()
      case 'no ack':
        return byTransaction.get(event.id)?.noAck()
      case 'response':
        if (event.response.status >= 200) probes.get(event.id)?.probed(event.response.status)
        return
      case 'timeout':
        return probes.get(event.id)?.probed(408)
      case 'terminated':
        probes.delete(event.id)
        return
    }
  }

  async function receive(event: Extract<LayerEvent, { type: 'request' }>) {
    const { id, request, flow } = event
    const key = dialogKeyOfRequest(request)
    if (key !== undefined) {
      const leg = byDialog.get(key)
      return leg ? leg.receive(id, request) : answer(id, request, 481)
    }
    try {
      await begin(id, request, flow)
    } catch (error) {
      needs.counter.count('failed')
      answer(id, request, needs.isAway(error) ? 503 : 500)
    }
  }

  async function begin(id: string, request: SipRequest, flow: Flow) {
    const trunk = await needs.trunkAt(flow.address)
    if (!trunk) {
      needs.counter.count('stranger')
      return answer(id, request, 403)
    }
    if (request.method === 'OPTIONS') return answer(id, request, 200)
    if (request.method !== 'INVITE') return answer(id, request, 405)
    const unsupported = requireOf(request)
    if (unsupported.length > 0)
      return answer(id, request, 420, [{ name: 'Unsupported', value: unsupported.join(', ') }])
    const dialled = dialledNumberOf(request)
    const number = dialled === undefined ? undefined : await needs.findNumber(dialled)
    // A trunk reaches its own organization's numbers only.
    if (!number || number.organization !== trunk.organization) {
      needs.counter.count('unknown number')
      return answer(id, request, 404)
    }
    await arrive({ id, request, flow }, number)
  }

  async function arrive(
    invite: { id: string; request: SipRequest; flow: Flow },
    number: { organization: string; number: string; queue: string },
  ) {
    const { id, request, flow } = invite
    const data = dataFor(id, flow)
    const leg = data && adopt({ leg: legIdOf(id, flow), data, invite: request, answered: 'no' })
    if (!data || !leg) return answer(id, request, 400)
    const { organization, queue } = number
    const caller = await needs.storeCaller({ organization, number: callerNumberOf(request) })
    const arrived = await needs.calls.arrive({
      organization,
      number: number.number,
      queue,
      caller,
      leg: { leg: leg.leg, kind: 'sip', data: writeLegData(data) },
    })
    if (!arrived.ok) {
      forget(leg)
      return answer(id, request, 503, [{ name: 'Retry-After', value: '5' }])
    }
    leg.journaled(arrived.call)
  }

  function dataFor(id: string, flow: Flow): SipLegData | undefined {
    const transaction = layer.snapshot(id)
    const host = needs.addressFor(flow.address)
    const transport = flow.transport === 'udp' ? '' : `;transport=${flow.transport}`
    return (
      transaction && {
        version: 1,
        transaction,
        localTag: randomBytes(12).toString('hex'),
        sessionId: String(randomInt(1, 2 ** 47)),
        contact: `<sip:ringdown@${host.includes(':') ? `[${host}]` : host}:${sockets?.port ?? 5060}${transport}>`,
      }
    )
  }

  function adopt(order: {
    leg: LegId
    data: SipLegData
    invite: SipRequest
    answered: 'no' | 'unknown' | 'acknowledged'
  }): SipLeg | undefined {
    const dialog = dialogOf(order.invite, order.data)
    if (!dialog) return undefined
    const leg = new SipLeg({ ...order, dialog }, { ...needs, layer, report, request, forget })
    legs.set(leg.leg, leg)
    byTransaction.set(leg.transaction, leg)
    byDialog.set(leg.key, leg)
    return leg
  }

  function forget(leg: SipLeg) {
    legs.delete(leg.leg)
    byTransaction.delete(leg.transaction)
    byDialog.delete(leg.key)
    for (const [endpoint, other] of byEndpoint) if (other === leg) byEndpoint.delete(endpoint)
  }

  function request(message: SipRequest, fallback: Flow): string {
    return layer.request(message, targetOf(message) ?? fallback)
  }

  /** RFC 3261 §8.1.2 for the transports that we have. */
  function targetOf(message: SipRequest): Flow | undefined {
    const uri = parseUri(nextHop(message))
    if (!uri || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return undefined
    const transport = uriTransport(uri)?.toLowerCase() === 'tcp' ? 'tcp' : 'udp'
    return { transport, address: uri.host.replace(/^\[|\]$/g, ''), port: uri.port ?? 5060 }
  }

  async function report(event: LegEvent): Promise<'taken' | 'gone'> {
    try {
      return await needs.calls.report(event)
    } catch {
      needs.counter.count('report failed')
      return 'taken'
    }
  }

  function answer(
    id: string,
    request: SipRequest,
    status: number,
    headers: { name: string; value: string }[] = [],
  ) {
    needs.counter.count('refused')
    const allowed = status === 405 || status === 200 ? [{ name: 'Allow', value: allow }] : []
    const toTag = tagOf(toOf(request)!) ?? randomBytes(12).toString('hex')
    layer.respond(id, createResponse(request, status, { toTag, headers: [...allowed, ...headers] }))
  }

  function malformed(failure: ParseFailure, flow: Flow) {
    needs.counter.count('malformed')
    if (failure.salvage) layer.refuse(failure.salvage, failure.status, flow)
  }

  needs.media.onEvent(event => {
    if (event.type !== 'silent') return
    const leg = byEndpoint.get(event.endpoint)
    const probe = leg?.probe()
    if (leg && probe !== undefined) probes.set(probe, leg)
  })

  return {
    kind: 'sip',
    async listen(at) {
      sockets = await openSipSockets({
        ...at,
        onMessage: (message, flow) => layer.receive(message, flow),
        onMalformed: malformed,
      })
      return { port: sockets.port }
    },
    async close() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      await sockets?.close()
    },
    restore(record, known) {
      const data = readLegData(record.data)
      if (!data || legs.has(record.leg)) return
      const parsed = parseMessage(encodeUtf8(data.transaction.request), { transport: 'stream' })
      if (!parsed.ok || parsed.message.kind !== 'request') return
      const answered = known?.answered ? 'acknowledged' : 'unknown'
      // An INVITE that has its final answer needs no transaction any more.
      if (answered === 'unknown') layer.restore(data.transaction)
      adopt({ leg: record.leg, data, invite: parsed.message, answered })?.journaled(record.call)
    },
    async openMedia(order) {
      const leg = legs.get(order.leg)
      if (!leg) return { type: 'failed', ending: { result: 'internal', reason: 'internal-error' } }
      byEndpoint.set(order.endpoint, leg)
      return leg.openMedia(order)
    },
    answer: async order => legs.get(order.leg)?.answer(order.media),
    hangUp: async order => legs.get(order.leg)?.hangUp(order.ending),
  }
}
