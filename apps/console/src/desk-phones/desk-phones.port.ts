import type { DeviceList, DeviceMade, NewDevice } from '@ringdown/contract'
import type { Outcome } from '../gateway/index.ts'

/** The gateway's side of desk phones. Nothing here rejects. */
export interface DeskPhonesPort {
  list(): Promise<Outcome<DeviceList>>
  /** The answer holds the password, this once. */
  add(order: NewDevice): Promise<Outcome<DeviceMade>>
  remove(id: string): Promise<Outcome<null>>
}
