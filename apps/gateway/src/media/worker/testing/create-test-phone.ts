import { createSocket, type Socket } from 'node:dgram'
import { type AddressInfo, isIP, isIPv6 } from 'node:net'
import { parseRtcp, parseRtp, payloadOf, type RtcpPacket, serializeRtp } from '@ringdown/media'
import type { RtpSettings, TransportAddress } from '../../worker.port.ts'
import { Inbox } from './inbox.ts'

export type HeardPacket = {
  payloadType: number
  payload: Buffer
  sequence: number
  timestamp: number
  ssrc: number
  marker: boolean
  at: number
}

type PhoneOptions = {
  codec?: RtpSettings['codec']
  payloadType?: number
  telephoneEvent?: number
  srtp?: RtpSettings['srtp']
  /** Its address; 127.0.0.1 unless told. */
  host?: '127.0.0.1' | '::1'
}

const payloadTypes = { PCMU: 0, PCMA: 8, G722: 9, opus: 107 } as const

/** A telephone's end of an RTP session: sends what the test says, keeps what comes. */
export class TestPhone {
  readonly heard = new Inbox<HeardPacket>()
  /** Everything that came to the RTP port, as it came. */
  readonly datagrams = new Inbox<Buffer>()
  readonly reportDatagrams = new Inbox<Buffer>()
  readonly reports = new Inbox<RtcpPacket>()
  readonly settings: RtpSettings
  readonly ssrc = Math.floor(Math.random() * 2 ** 32)
  target: TransportAddress | undefined
  #sequence = 100
  #timestamp = 5000
  #talking: NodeJS.Timeout | undefined
  readonly #rtp: Socket
  readonly #rtcp: Socket

  constructor(rtp: Socket, rtcp: Socket, options: PhoneOptions) {
    this.#rtp = rtp
    this.#rtcp = rtcp
    const { codec = 'PCMU', payloadType = payloadTypes[codec], telephoneEvent, srtp } = options
    const remote = addressOf(rtp)
    const events = telephoneEvent === undefined ? {} : { telephoneEvent }
    this.settings = { codec, payloadType, remote, peerHolds: false, ...events, ...(srtp && { srtp }) }
    rtp.on('message', bytes => {
      this.datagrams.add(bytes)
      const packet = parseRtp(bytes)
      if (packet === undefined) return
      const { payloadType, sequence, timestamp, ssrc, marker } = packet
      const payload = Buffer.from(payloadOf(packet))
      this.heard.add({ payloadType, payload, sequence, timestamp, ssrc, marker, at: performance.now() })
    })
    rtcp.on('message', bytes => {
      this.reportDatagrams.add(bytes)
      for (const packet of parseRtcp(bytes) ?? []) this.reports.add(packet)
    })
  }

  /** Sends one packet of the phone's codec, 20 ms behind the last one. */
  speak(payload: Uint8Array): void {
    this.send(payload, { payloadType: this.settings.payloadType, ticks: payload.length })
  }

  /** Speaks this every 20 ms until the phone is closed. */
  talk(payload: Uint8Array): void {
    clearInterval(this.#talking)
    this.#talking = setInterval(() => this.speak(payload), 20)
  }

  send(payload: Uint8Array, options: { payloadType: number; ticks: number; marker?: boolean }): void {
    const { payloadType, marker = false } = options
    const header = {
      payloadType,
      marker,
      sequence: this.#sequence,
      timestamp: this.#timestamp,
      ssrc: this.ssrc,
    }
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#timestamp += options.ticks
    this.sendRaw(serializeRtp(header, payload))
  }

  sendRaw(bytes: Uint8Array): void {
    this.#rtp.send(bytes, this.target!.port, this.target!.address)
  }

  sendRtcp(bytes: Uint8Array): void {
    this.#rtcp.send(bytes, this.target!.port + 1, this.target!.address)
  }

  close(): void {
    clearInterval(this.#talking)
    this.#rtp.close()
    this.#rtcp.close()
  }
}

/** @param options what the phone speaks; PCMU without touch-tones when left out */
export async function createTestPhone(options: PhoneOptions = {}): Promise<TestPhone> {
  const { host = '127.0.0.1' } = options
  for (let tries = 0; tries < 100; tries++) {
    const rtp = await bind(0, host)
    const rtcp = rtp === undefined ? undefined : await bind(rtp.address().port + 1, host)
    if (rtp !== undefined && rtcp !== undefined) return new TestPhone(rtp, rtcp, options)
    rtp?.close()
  }
  throw new Error(`no two ports next to each other are free on ${host}, or this machine has no such address`)
}

function bind(port: number, host: string): Promise<Socket | undefined> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  return new Promise(resolve => {
    socket.once('error', () => resolve(undefined))
    socket.bind(port, host, () => resolve(socket))
  })
}

function addressOf(socket: Socket): TransportAddress {
  const { address, port }: AddressInfo = socket.address()
  return { address: isIP(address) === 0 ? '127.0.0.1' : address, port }
}
