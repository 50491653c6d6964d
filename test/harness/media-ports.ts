import { readFileSync } from 'node:fs'
import type { TestGateway } from './gateway.ts'

/** UDP ports of the gateway's media range that somebody has (proc(5): `local_address` in hexadecimal), in order. */
export function mediaPortsBound({ mediaFrom, mediaTo }: TestGateway): number[] {
  const ports = readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .slice(1, -1)
    .map(line => Number.parseInt(/:\s+[0-9A-F]{8}:([0-9A-F]{4})/.exec(line)?.[1] ?? '', 16))
    .filter(port => port >= mediaFrom && port <= mediaTo)
  return [...new Set(ports)].sort((a, b) => a - b)
}
