import { readFileSync } from 'node:fs'

/** proc(5), `enum` of include/net/tcp_states.h: a TCP socket that listens, a UDP socket that is bound. */
const listening = { tcp: '0A', udp: '07' } as const

/**
 * Whether somebody listens at a port of this machine, by what the kernel says: whoever binds the port to find out takes it away from
 * the program that is about to.
 */
export function isListening(transport: 'udp' | 'tcp', port: number): boolean {
  const lines = readFileSync(`/proc/net/${transport}`, 'utf8').trim().split('\n').slice(1)
  return lines.some(line => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    return state === listening[transport] && Number.parseInt(local.split(':')[1] ?? '', 16) === port
  })
}
