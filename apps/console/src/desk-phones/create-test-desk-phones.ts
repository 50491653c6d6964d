import type { DeviceMade, DeviceView, NewDevice } from '@ringdown/contract'
import type { Failure, Outcome } from '../gateway/index.ts'
import type { DeskPhonesPort } from './desk-phones.port.ts'

export const createTestPhone = (fields: Partial<DeviceView> = {}): DeviceView => ({
  id: 'device_1',
  name: 'Reception',
  member: { id: 'ann', name: 'Ann' },
  username: 'phoneabcdefgh',
  contacts: [],
  ...fields,
})

/** A gateway that keeps desk phones in memory. Once `refusal` is set it refuses everything. */
export function createTestDeskPhones(devices: DeviceView[] = []) {
  const gateway = {
    devices,
    refusal: null as Failure | null,
    /** What was sent, oldest first. */
    sent: [] as NewDevice[],
    /** Answers wait for this. */
    delay: Promise.resolve(),
  }
  async function answer<T>(work: () => T): Promise<Outcome<T>> {
    await gateway.delay
    return gateway.refusal ? { ok: false, failure: gateway.refusal } : { ok: true, value: work() }
  }
  const add = (order: NewDevice): DeviceMade => {
    const device = createTestPhone({ id: `device_${gateway.devices.length + 1}`, name: order.name })
    gateway.sent.push(order)
    gateway.devices = [...gateway.devices, device]
    return { device, password: 'abcdefghjkmnpqrstuvwxyz2' }
  }
  const port: DeskPhonesPort = {
    list: () =>
      answer(() => ({
        devices: gateway.devices,
        members: [{ id: 'ann', name: 'Ann' }],
        server: { host: '192.0.2.1', port: 5060, realm: 'desk.test', transports: [] },
      })),
    add: order => answer(() => add(order)),
    remove: id =>
      answer(() => {
        gateway.devices = gateway.devices.filter(device => device.id !== id)
        return null
      }),
  }
  return { gateway, port }
}
