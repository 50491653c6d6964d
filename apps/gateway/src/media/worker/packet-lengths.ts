import { Packetizer, parseRtp, type RtpOutput } from '@ringdown/media'
import type { RtpCodec } from '../worker.port.ts'
import type { Format } from './inlet.ts'

/** The last step towards a telephone: packets as long as it asked for (`a=ptime`). */
export class PacketLengths {
  readonly #output: RtpOutput
  readonly #transmit: (packet: Uint8Array) => void
  /** There once another length than 20 ms was asked for: from then on it numbers the packets. */
  #packetizer: Packetizer | undefined

  constructor(options: { output: RtpOutput; transmit: (packet: Uint8Array) => void }) {
    this.#output = options.output
    this.#transmit = options.transmit
  }

  /** Packets of Opus cannot be cut without decoding them: they keep their length. */
  agree({ codec, payloadType, packetMs, clockRate }: Format<RtpCodec>): void {
    const isCut = packetMs !== undefined && codec !== 'opus'
    const terms = { payloadType, ticks: isCut ? (packetMs * clockRate) / 1000 : undefined }
    if (this.#packetizer !== undefined) this.#packetizer.change(terms)
    else if (isCut) this.#packetizer = new Packetizer(terms)
  }

  /** @param bytes a packet that the output has recorded */
  send(bytes: Uint8Array): void {
    const packet = this.#packetizer && parseRtp(bytes)
    if (this.#packetizer === undefined || packet === undefined) {
      this.#transmit(bytes)
      return
    }
    const made = this.#packetizer.process(packet)
    this.#output.recount(made.length - 1)
    for (const each of made) this.#transmit(each)
  }
}
