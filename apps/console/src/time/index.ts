export { agoText, clockText, isoDuration } from './duration.rules.ts'
export { Ticker } from './ticker.ts'
export { browserTime, every, type Time } from './time.ts'
export { until } from './until.ts'
