export {
  compareSpeech,
  type EchoCheck,
  hearsItself,
  type SpeechComparison,
  type SpeechComparisonInput,
  type SpeechWindow,
} from './audio/compare-speech.ts'
export * from './audio/level.ts'
export * from './audio/wav.ts'
export { createTestClock, type TestClock } from './clock/test-clock.ts'
export {
  createLossyLink,
  type LossyLink,
  type LossyLinkOptions,
  type LossyLinkStats,
} from './link/lossy-link.ts'
export * from './operator/index.ts'
export { RtpStream, type RtpStreamOptions } from './rtp-stream/rtp-stream.ts'
export * from './sip-phone/index.ts'
export * from './twilio/index.ts'
export { WebrtcLine } from './webrtc/webrtc-line.ts'
