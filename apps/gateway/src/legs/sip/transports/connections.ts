import { randomUUID } from 'node:crypto'
import type { Flow, SipMessage } from '@ringdown/sip'
import { findParam, topVia } from '@ringdown/sip'
import type { Door } from '../defence/door.port.ts'
import type { Clock } from '../sip.port.ts'
import type { Channel, Connection, ConnectionListener } from './connection.ts'
import { keepAlive } from './keep-alive.ts'

export type ConnectionsNeeds = ConnectionListener & {
  clock: Clock
  door: Pick<Door, 'hears'>
  /** Opens a connection to an address. */
  dial(target: Flow): Promise<Channel>
}

type Peer = Pick<Flow, 'transport' | 'address' | 'port' | 'serverName'>

/** A TLS connection stands for the name that its certificate showed, so the name is part of the place. */
const placeOf = ({ transport, serverName = '', address, port }: Peer): string =>
  `${transport} ${serverName} ${address} ${port}`

const defaultPort = 5060

/** The open connections of all stream transports, and which of them leads where (RFC 3261 §18). */
export class Connections {
  readonly #needs: ConnectionsNeeds
  readonly #byName = new Map<string, Connection>()
  readonly #byPlace = new Map<string, Connection>()
  readonly #opening = new Map<string, Promise<Connection>>()

  constructor(needs: ConnectionsNeeds) {
    this.#needs = needs
  }

  /** A peer opened it to us. */
  accepted(channel: Channel, peer: Peer): void {
    this.#enter(channel, peer, { isOurs: false })
  }

  /** Whether the connection that the flow names is still there. */
  isOpen({ connection }: Flow): boolean {
    return this.#byName.get(connection ?? '')?.isWritable === true
  }

  /** The connection that the flow names, any to the same place, else a new one (RFC 3261 §18.2.2). */
  async send(bytes: Uint8Array, flow: Flow): Promise<void> {
    const named = this.#byName.get(flow.connection ?? '')
    const known = [named, this.#byPlace.get(placeOf(flow))].find(one => one?.isWritable)
    if (known && (await known.write(bytes))) return
    // RFC 7118 §5: a browser takes no connection.
    const isBrowser = flow.connection !== undefined && (flow.transport === 'ws' || flow.transport === 'wss')
    if (isBrowser) throw new Error('the connection is gone')
    const opened = await this.#dialOnce(flow)
    if (!(await opened.write(bytes))) throw new Error('the connection broke')
  }

  #dialOnce(flow: Flow): Promise<Connection> {
    const place = placeOf(flow)
    const known = this.#opening.get(place)
    if (known) return known
    const { transport, address, port, serverName } = flow
    const peer = { transport, address, port, ...(serverName === undefined ? {} : { serverName }) }
    const dialling = this.#needs
      .dial(peer)
      .then(channel => this.#enter(channel, peer, { isOurs: true }))
      .finally(() => this.#opening.delete(place))
    this.#opening.set(place, dialling)
    return dialling
  }

  #enter(channel: Channel, peer: Peer, { isOurs }: { isOurs: boolean }): Connection {
    const flow = { ...peer, connection: randomUUID() }
    // Over TLS and WebSocket a peer's own port leads nowhere, and nothing shows whose it is.
    const places = new Set(isOurs || peer.transport === 'tcp' ? [placeOf(peer)] : [])
    const open = channel.attend(flow, {
      onMessage: (message, from) => {
        alive?.heard()
        if (!this.#needs.door.hears(from)) return open.destroy()
        const alias = isOurs || peer.transport !== 'tcp' ? undefined : aliasOf(message, peer)
        if (alias !== undefined && places.size < 2 && !this.#byPlace.get(alias)?.isWritable) {
          places.add(alias)
          this.#byPlace.set(alias, connection)
        }
        this.#needs.onMessage(message, from)
      },
      onMalformed: (failure, from) => {
        if (this.#needs.door.hears(from)) this.#needs.onMalformed(failure, from)
        else open.destroy()
      },
      onPong: () => alive?.pong(),
    })
    const alive = isOurs ? this.#keepAlive(open) : undefined
    const connection = alive ? countingUse(open, () => alive.said()) : open
    this.#byName.set(flow.connection, connection)
    for (const place of places) this.#byPlace.set(place, connection)
    channel.onClose(() => {
      alive?.stop()
      this.#byName.delete(flow.connection)
      this.#needs.onClosed?.(flow.connection)
      for (const place of places) if (this.#byPlace.get(place) === connection) this.#byPlace.delete(place)
    })
    return connection
  }

  #keepAlive(open: Connection) {
    return keepAlive(this.#needs.clock, { ping: () => void open.write(ping), destroy: () => open.destroy() })
  }
}

const ping = new TextEncoder().encode('\r\n\r\n')

function countingUse(open: Connection, said: () => void): Connection {
  return {
    get isWritable() {
      return open.isWritable
    },
    write(bytes) {
      said()
      return open.write(bytes)
    },
    destroy: () => open.destroy(),
  }
}

/**
 * RFC 5923 §5: `alias` lets requests to the port that the peer names come over the connection it opened. Of its own address
 * only: whoever speaks from there is the same trunk. Never over TLS, where the peer would have to prove its name.
 */
function aliasOf(message: SipMessage, peer: Peer): string | undefined {
  const via = message.kind === 'request' ? topVia(message) : undefined
  if (!via || !findParam(via.params, 'alias') || via.host !== peer.address) return undefined
  return placeOf({ ...peer, port: via.port ?? defaultPort })
}
