export type {
  DeskEnd,
  DeskLegRecord,
  DeskLegsPort,
  DeskOrder,
  DeskReports,
  DeskWish,
} from './desk-lines.port.ts'
export type { DeskLines } from './desk-lines.ts'
export { createDeskLines } from './desk-lines.ts'
export { deskPlanOf } from './desk-plan.rules.ts'
