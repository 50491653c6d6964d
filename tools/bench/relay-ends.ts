import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { RtpStream } from '@ringdown/testkit'
import { type DelayLog, stamp } from './stamped-voice.ts'

export type RelayEnd = { close(): void }

/** Talks to one port of the relay, with the frames of a call; what comes back is logged, where there is a log. */
export async function openRelayEnd(order: {
  port: number
  voice: number
  log?: DelayLog
}): Promise<RelayEnd> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let isOpen = true
  const send = (packet: Uint8Array) => {
    if (isOpen) socket.send(packet, order.port, '127.0.0.1')
  }
  const stream = new RtpStream({ codec: 'PCMU', payloadType: 0, sendRtp: send, sendRtcp: () => undefined })
  socket.on('message', bytes => stream.receive(bytes))
  stamp(stream, order.voice)
  order.log?.listen(stream)
  return {
    close() {
      stream.close()
      isOpen = false
      socket.close()
    },
  }
}
