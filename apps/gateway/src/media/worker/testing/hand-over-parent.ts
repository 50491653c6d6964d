import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'

/**
 * What the supervisor is to a worker, and no more: starts it and hands over the raw socket of every upgrade request.
 * Run by the tests as a process of its own; tells its port and the worker's process id on its own IPC channel.
 */
const worker = fork(fileURLToPath(new URL('../main.ts', import.meta.url)), {
  execArgv: [],
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
const server = createServer()
server.on('upgrade', (request, socket, head) => {
  const message = {
    type: 'carrier socket',
    carrier: 'twilio',
    worker: 0,
    key: request.headers['sec-websocket-key'] ?? '',
    protocol: null,
    head: head.toString('base64'),
  }
  stopReading(socket)
  worker.send(message, socket as Socket)
})
worker.on('exit', (code, signal) => process.send?.({ type: 'worker exit', code, signal }))
process.on('message', message => {
  if (message === 'stop') worker.kill('SIGTERM')
})
process.on('disconnect', () => {
  worker.kill('SIGKILL')
  process.exit(0)
})
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'ready', port: (server.address() as AddressInfo).port, pid: worker.pid })
})

// Node reads on, into nothing, until the worker has acknowledged the socket: a quick carrier's first frames were lost.
function stopReading(socket: Duplex): void {
  const { _handle: handle } = socket as Duplex & { _handle?: { readStop(): void } | null }
  handle?.readStop()
}
