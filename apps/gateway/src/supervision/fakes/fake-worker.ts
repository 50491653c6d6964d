import { appendFileSync } from 'node:fs'
import type { Socket } from 'node:net'

/** A worker for tests of the supervisor: greets a handed-over socket at once and sends back what comes. */
const { FAKE_JOURNAL: journalPath = '', RINGDOWN_WORKER_INDEX: index = '' } = process.env
const journal = (text: string) => appendFileSync(journalPath, `worker ${index} ${text}\n`)

journal(`started ${process.pid}`)
process.on('SIGTERM', () => {
  journal('ended')
  process.exit(0)
})
process.on('message', (message: { key: string }, handle) => {
  const socket = handle as Socket | undefined
  if (!socket) return
  process.send?.({ type: 'socket taken', key: message.key })
  socket.write(`101 ${message.key}\n`)
  socket.pipe(socket)
  socket.on('error', () => socket.destroy())
})
setInterval(() => undefined, 60_000)
