export {
  TouchToneDecoder,
  type TouchToneDecoderStats,
  type TouchToneSignal,
} from './dtmf/decoder.ts'
export { isTouchTone, type TouchToneOptions, type TouchTonePacket, touchTonePackets } from './dtmf/encoder.ts'
export {
  parseTelephoneEvent,
  serializeTelephoneEvent,
  type TelephoneEvent,
  TOUCH_TONES,
  type TouchTone,
} from './dtmf/event.ts'
export * from './frame.ts'
export { Framer, type FramerOptions, type FramerStats } from './framer.ts'
export { decodeG711, encodeG711, g711Values, SILENCE, transcodeG711 } from './g711.ts'
export type { MediaError, MediaErrorCode, Outcome } from './media.errors.ts'
export { Pacer, type PacerOptions, type PacerStats } from './pacer.ts'
export { type ForwarderOptions, type ForwarderStats, RtpForwarder } from './rtp/forwarder.ts'
export { type LocalPacket, RtpOutput, type RtpOutputOptions, type RtpOutputStats } from './rtp/output.ts'
export {
  isRtcp,
  parseRtp,
  payloadOf,
  RTP_HEADER_BYTES,
  type RtpHeader,
  type RtpPacket,
  rewriteHeader,
  serializeRtp,
  writeRtp,
  writeRtpHeader,
} from './rtp/packet.ts'
export { type Reception, ReceptionStatistics, type ReceptionStats } from './rtp/reception.ts'
export { addTicks, nextSequence, sequenceDistance, tickDistance } from './rtp/serial.ts'
export {
  type Address,
  awaitSource,
  destinationOf,
  learnSource,
  type SourceInput,
  type SourceState,
  type SourceStep,
  type SourceVerdict,
} from './symmetric.state.ts'
