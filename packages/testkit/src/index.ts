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
