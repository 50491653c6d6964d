import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { attachToSupervisor } from '../attachment.ts'

/**
 * A control for tests of the supervisor. FAKE_CONTROL: `quick` ends when asked, `talking` only when told to end at once,
 * `deaf` never, `broken` cannot start.
 */
const { FAKE_JOURNAL: journalPath = '', FAKE_CONTROL: manner = 'quick', RINGDOWN_RUN: run = '' } = process.env
const journal = (text: string) => appendFileSync(journalPath, `control ${text}\n`)

journal(`started ${process.pid}`)
if (manner === 'broken') process.exit(1)

const attachment = attachToSupervisor({ runDirectory: run, onStop: ms => void stop(ms) })
let isStopping = false

async function stop(ms: number): Promise<void> {
  journal(`stop ${ms}`)
  if (isStopping || manner === 'deaf' || (manner === 'talking' && ms > 0)) return
  isStopping = true
  journal('wrote endings')
  await attachment.finish()
  process.exit(0)
}

const server = createServer()
server.on('upgrade', (request, socket, head) => {
  const message = {
    type: 'carrier socket' as const,
    carrier: 'twilio' as const,
    worker: Number(request.url?.slice(1)),
    key: request.headers['sec-websocket-key'] ?? '',
    protocol: null,
    head: head.toString('base64'),
  }
  socket.removeAllListeners()
  attachment.handOver(message, socket as Socket)
})
server.listen(0, '127.0.0.1', () => {
  journal(`port ${(server.address() as AddressInfo).port}`)
  attachment.ready()
})
