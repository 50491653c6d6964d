import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { SipMessage, SipRequest, SipResponse } from '@ringdown/sip'
import { cseqOf, header, headerLines, parseMessage, StreamFramer, serializeMessage } from '@ringdown/sip'

export type Transport = 'udp' | 'tcp'

type Wanted = { match: (message: SipMessage) => boolean; found: (message: SipMessage) => void }

/** A user agent client on a real socket that sends what a test writes and keeps what it gets. */
export class TestPhone {
  readonly transport: Transport
  /** Where it takes requests; its Via and Contact name it. */
  readonly port: number
  /** Everything that came, in order; answers to `ping` left out. */
  readonly received: SipMessage[] = []
  /** Called for each message that is no answer to a ping. */
  onMessage: (message: SipMessage) => void = () => {}
  server: number
  readonly #udp: UdpSocket | undefined
  readonly #listener: Server | undefined
  readonly #connections = new Set<Socket>()
  #connection: Socket | undefined
  #unseen: SipMessage[] = []
  #wanted: Wanted[] = []
  #pings = 0

  static async open({ transport, server }: { transport: Transport; server: number }): Promise<TestPhone> {
    if (transport === 'udp') {
      const udp = createSocket('udp4')
      udp.bind(0, '127.0.0.1')
      await once(udp, 'listening')
      return new TestPhone({ transport, server, udp })
    }
    const listener = createServer()
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return new TestPhone({ transport, server, listener })
  }

  private constructor(made: { transport: Transport; server: number; udp?: UdpSocket; listener?: Server }) {
    this.transport = made.transport
    this.server = made.server
    this.#udp = made.udp
    this.#listener = made.listener
    this.port = ((made.udp ?? made.listener)!.address() as AddressInfo).port
    this.#udp?.on('message', bytes => {
      const parsed = parseMessage(bytes, { transport: 'datagram' })
      if (parsed.ok) this.#take(parsed.message)
    })
    this.#listener?.on('connection', socket => this.#attend(socket))
  }

  /** Sends bytes as they are; line ends may be plain. */
  async send(message: SipMessage | string | Uint8Array): Promise<void> {
    const bytes = bytesOf(message)
    if (this.#udp) {
      this.#udp.send(bytes, this.server, '127.0.0.1')
      return
    }
    const connection = await this.connection()
    connection.write(bytes)
  }

  /** The TCP connection to the gateway, opened again when it was lost. */
  async connection(): Promise<Socket> {
    if (this.#connection?.writable) return this.#connection
    const socket = connect(this.server, '127.0.0.1')
    this.#connection = socket
    this.#attend(socket)
    if (socket.connecting) await once(socket, 'connect')
    return socket
  }

  /** Resolves when it knows that its TCP connections are gone. */
  async disconnected(): Promise<void> {
    await Promise.all([...this.#connections].map(socket => once(socket, 'close')))
  }

  /** The next message that matches and was not asked for before. */
  next(match: (message: SipMessage) => boolean): Promise<SipMessage> {
    const at = this.#unseen.findIndex(match)
    if (at >= 0) return Promise.resolve(this.#unseen.splice(at, 1)[0]!)
    return new Promise(found => this.#wanted.push({ match, found }))
  }

  async response(status: number, method = 'INVITE'): Promise<SipResponse> {
    const is = (m: SipMessage) => m.kind === 'response' && m.status === status && cseqOf(m)?.method === method
    return (await this.next(is)) as SipResponse
  }

  async request(method: string): Promise<SipRequest> {
    return (await this.next(m => m.kind === 'request' && m.method === method)) as SipRequest
  }

  /** Statuses and methods in the order in which they came. */
  log(): string[] {
    return this.received.map(m =>
      m.kind === 'request' ? m.method : `${m.status} ${cseqOf(m)?.method ?? ''}`,
    )
  }

  /** Resolves when the gateway has read everything we sent before, and we what it had sent by then. */
  async ping(): Promise<void> {
    const id = `ping-${this.#pings++}`
    const answered = this.next(m => m.kind === 'response' && header(m, 'call-id') === id)
    await this.send(
      [
        'OPTIONS sip:ringdown@127.0.0.1 SIP/2.0',
        this.via(`z9hG4bK-${this.port}-${id}`),
        'Max-Forwards: 70',
        'From: <sip:phone@127.0.0.1>;tag=ping',
        'To: <sip:ringdown@127.0.0.1>',
        `Call-ID: ${id}`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
        '',
        '',
      ].join('\n'),
    )
    await answered
  }

  via(branch: string): string {
    return `Via: SIP/2.0/${this.transport.toUpperCase()} 127.0.0.1:${this.port};branch=${branch};rport`
  }

  /** Answers a request that we got. */
  async answer(request: SipRequest, status: number, headers: string[] = []): Promise<void> {
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap(name =>
      headerLines(request, name).map(value => `${name}: ${value}`),
    )
    await this.send([`SIP/2.0 ${status} Said`, ...copied, ...headers, 'Content-Length: 0', '', ''].join('\n'))
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.destroy()
    this.#listener?.close()
    await new Promise<void>(resolve => (this.#udp ? this.#udp.close(() => resolve()) : resolve()))
  }

  #attend(socket: Socket): void {
    const framer = new StreamFramer()
    this.#connections.add(socket)
    socket.on('data', bytes => {
      for (const framed of framer.push(bytes)) if (framed.type === 'message') this.#take(framed.message)
    })
    socket.on('error', () => {})
    socket.on('close', () => this.#connections.delete(socket))
  }

  #take(message: SipMessage): void {
    const isPing = message.kind === 'response' && cseqOf(message)?.method === 'OPTIONS'
    if (!isPing) this.received.push(message)
    const at = this.#wanted.findIndex(({ match }) => match(message))
    if (at >= 0) this.#wanted.splice(at, 1)[0]!.found(message)
    else this.#unseen.push(message)
    if (!isPing) this.onMessage(message)
  }
}

function bytesOf(message: SipMessage | string | Uint8Array): Uint8Array {
  if (message instanceof Uint8Array) return message
  if (typeof message !== 'string') return serializeMessage(message)
  return new TextEncoder().encode(message.replace(/\r?\n/g, '\r\n'))
}
