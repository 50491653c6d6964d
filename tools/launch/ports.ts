import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { Config, ListenAddress } from '../../apps/gateway/src/config/index.ts'

export type NeededPort = { address: ListenAddress; protocol: 'tcp' | 'udp'; use: string; variable: string }

/** What a demo with this configuration will listen on, as far as a newcomer may have to change it. */
export function neededPorts(config: Config, phonePort: number): NeededPort[] {
  const sip = { address: config.sip, use: 'SIP', variable: 'RINGDOWN_SIP' }
  const media = { host: config.sip.host, port: config.mediaPorts.from + (config.mediaPorts.from % 2) }
  return [
    { address: config.http, protocol: 'tcp', use: 'web pages', variable: 'RINGDOWN_HTTP' },
    {
      address: { host: config.http.host, port: phonePort },
      protocol: 'tcp',
      use: 'telephone page',
      variable: 'RINGDOWN_PHONE_PORT',
    },
    { ...sip, protocol: 'udp' },
    { ...sip, protocol: 'tcp' },
    { address: media, protocol: 'udp', use: 'audio', variable: 'RINGDOWN_MEDIA_PORTS' },
  ]
}

export async function portsInUse(ports: NeededPort[]): Promise<NeededPort[]> {
  const free = await Promise.all(ports.map(({ address, protocol }) => probes[protocol](address)))
  return ports.filter((_, index) => !free[index])
}

const probes = { tcp: isTcpFree, udp: isUdpFree }

function isTcpFree({ host, port }: ListenAddress): Promise<boolean> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', error => resolve(!isTaken(error)))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

function isUdpFree({ host, port }: ListenAddress): Promise<boolean> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' })
  return new Promise(resolve => {
    socket.once('error', error => resolve(!isTaken(error)))
    socket.bind(port, host, () => socket.close(() => resolve(true)))
  })
}

// Every other trouble (no such address, no right) is for the program that really listens to explain.
const isTaken = (error: Error) => (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
