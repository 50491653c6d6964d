/**
 * Telephone audio as pure functions and synchronous stages. Times are ms of a monotonic clock, levels dBov,
 * audio `Int16Array` samples or the bytes of its codec. See README.md for the map.
 *
 * @module
 */

export { type Clip, clipFromWav, clipLength, readClip } from './audio/clip.ts'
export { Converter, type ConverterOptions, type ConverterStats } from './audio/converter.ts'
export {
  JitterBuffer,
  type JitterBufferOptions,
  type JitterBufferStats,
  type Playout,
} from './audio/jitter-buffer.ts'
export {
  g711Level,
  LevelMeter,
  type LevelMeterOptions,
  type LevelStats,
  linearLevel,
  SILENCE_DBOV,
} from './audio/level.ts'
export { Mixer, type MixerOptions, type MixerStats } from './audio/mixer.ts'
export { Player, type PlayerStats, type PlayerStep, type PlayItem } from './audio/player.ts'
export { Resampler, type ResamplerOptions, type ResamplerStats } from './audio/resampler.ts'
export { busyTone, pleaseHoldTone, ringbackTone, sineTone, type Tone, ToneGenerator } from './audio/tone.ts'
export { interleavePcm, parseWav, serializeWav, type Wav, wavChannels, wavHeader } from './audio/wav.ts'
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
export { G722_SAMPLE_RATE, G722Decoder, G722Encoder } from './g722/g722.ts'
export type { MediaError, MediaErrorCode, Outcome } from './media.errors.ts'
export { Pacer, type PacerOptions, type PacerStats } from './pacer.ts'
export { type RtcpIntervalOptions, rtcpIntervalMs } from './rtcp/interval.ts'
export type {
  Goodbye,
  OtherRtcp,
  ReceiverReport,
  ReportBlock,
  RtcpPacket,
  SenderReport,
  SourceDescription,
} from './rtcp/packet.ts'
export { parseRtcp } from './rtcp/parse.ts'
export { serializeRtcp, type WritableRtcp } from './rtcp/serialize.ts'
export { compactNtp, ntpTime, RtcpSession, type RtcpSessionStats, type RtcpTime } from './rtcp/session.ts'
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
export { Packetizer, type PacketizerStats, type PacketizerTerms } from './rtp/packetizer.ts'
export { type Reception, ReceptionStatistics, type ReceptionStats } from './rtp/reception.ts'
export { addTicks, nextSequence, sequenceDistance, tickDistance } from './rtp/serial.ts'
export type { Aead, Authenticator, KeyStream, SrtpCiphers } from './srtp/ciphers.port.ts'
export { type SrtpFailure, SrtpReceiver, type SrtpReceiverStats } from './srtp/receiver.ts'
export { SrtpSender, type SrtpSenderStats } from './srtp/sender.ts'
export type { SrtpMasterKey, SrtpSuite } from './srtp/suites.ts'
export {
  type Address,
  awaitSource,
  destinationOf,
  learnSource,
  SOURCE_SILENCE_MS,
  type SourceInput,
  type SourceState,
  type SourceStep,
  type SourceVerdict,
} from './symmetric.state.ts'
