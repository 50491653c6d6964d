import { once } from 'node:events'
import { parseMessage, type SipMessage } from '@ringdown/sip'
import { WebSocket } from 'ws'

/** A telephone in a web page (RFC 7118): it has no address of its own, only its connection. */
export async function openWebPhone(server: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${server}/`, 'sip')
  await once(socket, 'open')
  const unseen: SipMessage[] = []
  const wanted: { match: (message: SipMessage) => boolean; found: (message: SipMessage) => void }[] = []
  socket.on('message', (data: Buffer) => {
    const parsed = parseMessage(data, { transport: 'stream' })
    if (!parsed.ok) return
    const { message } = parsed
    const at = wanted.findIndex(({ match }) => match(message))
    if (at >= 0) wanted.splice(at, 1)[0]!.found(message)
    else unseen.push(message)
  })
  return {
    port: 0,
    via: (branch: string) => `Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=${branch}`,
    async send(text: string): Promise<void> {
      socket.send(text)
    },
    next(match: (message: SipMessage) => boolean): Promise<SipMessage> {
      const at = unseen.findIndex(match)
      if (at >= 0) return Promise.resolve(unseen.splice(at, 1)[0]!)
      return new Promise(found => wanted.push({ match, found }))
    },
    async close(): Promise<void> {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}
