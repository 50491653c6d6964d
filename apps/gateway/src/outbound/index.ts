export { createDial } from './dial.usecases.ts'
export type { CallingTrunk, OutgoingTrunks } from './outbound.port.ts'
export { createOutboundRepository } from './outbound.repository.ts'
