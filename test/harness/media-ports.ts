import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { TestGateway } from './gateway.ts'

/** UDP ports of the media range that the gateway's worker has, in order. Whatever else runs on this machine may have others. */
export function mediaPortsBound(gateway: TestGateway): number[] {
  const { mediaFrom, mediaTo } = gateway
  const own = socketsOf(gateway.children()['worker 0']?.pid)
  const ports = boundUdpSockets()
    .filter(({ port, inode }) => own.has(inode) && port >= mediaFrom && port <= mediaTo)
    .map(({ port }) => port)
  return [...new Set(ports)].sort((a, b) => a - b)
}

/** proc(5): the second field is the local address in hexadecimal, the tenth the inode. */
function boundUdpSockets(): { port: number; inode: string }[] {
  const lines = readFileSync('/proc/net/udp', 'utf8').trim().split('\n').slice(1)
  return lines.map(line => {
    const fields = line.trim().split(/\s+/)
    return { port: Number.parseInt(fields[1]?.split(':')[1] ?? '', 16), inode: fields[9] ?? '' }
  })
}

/** Inodes of a process's sockets; none when it is gone. */
function socketsOf(pid: number | undefined): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`
  try {
    const links = readdirSync(folder).map(name => linkAt(join(folder, name)))
    return new Set(links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  } catch {
    return new Set()
  }
}

/** Of a file that may have been closed meanwhile. */
function linkAt(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
