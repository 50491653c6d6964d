import type { TimerName } from '../transaction/timers.ts'
import { ClientSide } from './client-side.ts'
import type { LayerPorts, TransactionLayer } from './ports.ts'
import { ServerSide } from './server-side.ts'
import { TransactionStore } from './transaction-store.ts'

/**
 * The transaction layer of RFC 3261 §17 without sockets and clocks, with what a user agent always needs around it:
 * 100 at once, answers to CANCEL, repetition of a 2xx until its ACK and of an ACK for a repeated 2xx. Throws only what
 * the ports throw.
 */
export function createTransactionLayer(ports: LayerPorts): TransactionLayer {
  const store = new TransactionStore(ports)
  const server = new ServerSide(store, ports)
  const client = new ClientSide(store, ports)
  const then = <R>(result: R): R => {
    store.drain()
    return result
  }
  return {
    receive: (message, flow) =>
      then(message.kind === 'request' ? server.receive(message, flow) : client.receive(message, flow)),
    refuse: (request, status, flow) => then(server.refuse(request, status, flow)),
    request: (request, flow, options) => then(client.request(request, flow, options)),
    respond: (id, response) => then(server.respond(id, response)),
    acknowledge: (id, ack, flow) => then(client.acknowledge(id, ack, flow)),
    cancel: (id, headers) => then(client.cancel(id, headers)),
    timerFired: timer => then(fire(timer, { store, client })),
    transportError: id => then(failTransport(id, { store, client })),
    snapshot: id => server.snapshot(id),
    restore: snapshot => then(server.restore(snapshot)),
    stats: () => store.stats(),
  }
}

function fire(timer: string, { store, client }: { store: TransactionStore; client: ClientSide }): void {
  const hash = timer.lastIndexOf('#')
  const entry = store.get(timer.slice(0, hash))
  // A timer that fires while it is being stopped comes too late.
  if (entry === undefined || !entry.timers.delete(timer)) return
  const name = timer.slice(hash + 1)
  if (name === '2xx') store.repeatAnswer(entry)
  else if (name === 'cancel') client.cancelTimedOut(entry)
  else store.feed(entry, { type: 'timer', name: name as TimerName })
}

function failTransport(id: string, { store, client }: { store: TransactionStore; client: ClientSide }): void {
  const entry = store.get(id)
  if (entry !== undefined && !client.fallsBack(entry)) store.feed(entry, { type: 'transport error' })
}
