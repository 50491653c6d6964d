export {
  type CarrierAnswer,
  type CarrierCall,
  type Clock,
  type StreamCarrier,
  systemClock,
} from './carrier.port.ts'
export { createStreamDriver } from './driver.ts'
export type { StreamCounter, StreamDriverNeeds, StreamInstructions, StreamLegs } from './stream-legs.port.ts'
