import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type RunningProgram, runPeer } from './program.ts'

export type Coturn = Pick<RunningProgram, 'said' | 'output'> & { url: string; stop(): Promise<void> }

/** Debian's coturn on loopback, which relays to loopback and takes credentials made with this secret. */
export async function startCoturn(order: { secret: string }): Promise<Coturn> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'ringdown-coturn-'))
  const file = join(folder, 'turnserver.conf')
  const lines = [
    'listening-ip=127.0.0.1',
    `listening-port=${port}`,
    'relay-ip=127.0.0.1',
    'use-auth-secret',
    `static-auth-secret=${order.secret}`,
    'realm=ringdown.test',
    'allow-loopback-peers',
    'no-cli',
    'no-tls',
    'no-dtls',
    `userdb=${join(folder, 'turndb')}`,
    `pidfile=${join(folder, 'pid')}`,
    'log-file=stdout',
    'simple-log',
    'verbose',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const program = runPeer({ command: '/usr/bin/turnserver', args: ['-c', file] })
  await program.said(/UDP listener opened on: 127\.0\.0\.1|IPv4\. UDP listener opened/)
  return {
    said: program.said,
    output: program.output,
    url: `turn:127.0.0.1:${port}?transport=udp`,
    async stop() {
      await program.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
