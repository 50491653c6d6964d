import { payloadOf, type RtpPacket } from '@ringdown/media'
import { CodeQueue } from './code-queue.ts'
import type { Inlet, PacketListener } from './inlet.ts'
import type { Outlet } from './outlet.ts'
import { createTranscoder, isG711 } from './speech.ts'

/** The queue of a peer that must be paced, and what has to listen to the inlet so that its packets come there as G.711. */
export function queueFor(inlet: Inlet, outlet: Outlet): { queue: CodeQueue; listener: PacketListener } {
  const { codec, ...format } = inlet.format
  const wanted = isG711(outlet.codec) ? outlet.codec : 'PCMU'
  const queue = new CodeQueue({ ...format, codec: isG711(codec) ? codec : wanted }, wanted)
  if (isG711(codec)) return { queue, listener: queue }
  const transcode = createTranscoder(codec, wanted)
  const onPacket = (packet: RtpPacket): void => {
    if (transcode === undefined || packet.payloadType !== format.payloadType) return
    // The packet is only lent: others hear it in its own codec.
    const bytes = payloadOf(packet).slice()
    transcode(bytes)
    queue.onPacket({ ...packet, bytes, payloadOffset: 0 })
  }
  return { queue, listener: { onPacket } }
}
