export { Sound } from './sound.ts'
export { ringTone, testTone } from './tone.rules.ts'
