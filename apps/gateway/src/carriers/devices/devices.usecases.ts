import type { DeviceList, DeviceMade, DeviceView, Me, NewDevice } from '@ringdown/contract'
import type { Contact } from '../../legs/sip/registrar/registrar.port.ts'
import { type DeviceResult, deviceError } from './devices.errors.ts'
import type { DevicesRepository, StoredDevice } from './devices.repository.ts'

export type DevicesNeeds = {
  repository: DevicesRepository
  newId(): string
  newUsername(): string
  newPassword(): string
  seal(order: { row: string; text: string }): Uint8Array
  /** Names of an organization's members by id. */
  namesOf(organization: string): Promise<Map<string, string>>
  contactsOf(device: string): readonly Contact[]
  /** The telephone is no longer one: its contacts are forgotten. */
  removed(device: string): void
  server(): DeviceList['server']
}

/** Of one member. A desk, a second room, a softphone: more are forgotten ones. */
const phonesAtMost = 20
/** Two that chance makes alike are rare; a third try is never needed. */
const tries = 3

/** What members do with desk phones: with their own, and administrators with everyone's. */
export function createDevices(needs: DevicesNeeds) {
  const { repository } = needs

  function view(device: StoredDevice, names: ReadonlyMap<string, string>): DeviceView {
    const { id, name, username, member } = device
    const contacts = needs
      .contactsOf(id)
      .map(({ flow, userAgent, expiresAt }) => ({ transport: flow.transport, userAgent, expiresAt }))
    return { id, name, username, member: { id: member, name: names.get(member) ?? '' }, contacts }
  }

  async function insert(
    by: Me,
    order: { member: string; name: string },
  ): Promise<{ device: StoredDevice; password: string }> {
    for (let left = tries; left > 0; left--) {
      const device = { id: needs.newId(), ...order, username: needs.newUsername() }
      const password = needs.newPassword()
      const sealedPassword = needs.seal({ row: device.id, text: password })
      const made = { ...device, organization: by.organization.id, actor: by.user.id, sealedPassword }
      if (await repository.insert(made)) return { device, password }
    }
    throw new Error('no username is free')
  }

  return {
    async list(by: Me): Promise<DeviceList> {
      const organization = by.organization.id
      const devices = await repository.list({ organization, ...ownOnly(by) })
      const names = await needs.namesOf(organization)
      const members = [...names]
        .filter(([id]) => isAdministrator(by) || id === by.user.id)
        .map(([id, name]) => ({ id, name }))
        .toSorted((one, other) => one.name.localeCompare(other.name))
      return { devices: devices.map(device => view(device, names)), members, server: needs.server() }
    },

    async add(by: Me, { name, member = by.user.id }: NewDevice): Promise<DeviceResult<DeviceMade>> {
      if (member !== by.user.id && !isAdministrator(by)) return deviceError('session.forbidden')
      const organization = by.organization.id
      const names = await needs.namesOf(organization)
      if (!names.has(member))
        return { ok: false, code: 'request.malformed', message: 'This organization has no such member.' }
      if ((await repository.list({ organization, member })).length >= phonesAtMost)
        return deviceError('device.too-many')
      const { device, password } = await insert(by, { member, name })
      return { ok: true, value: { device: view(device, names), password } }
    },

    async remove(by: Me, id: string): Promise<DeviceResult<null>> {
      const order = { organization: by.organization.id, actor: by.user.id, id, ...ownOnly(by) }
      if (!(await repository.remove(order))) return deviceError('device.unknown')
      needs.removed(id)
      return { ok: true, value: null }
    },
  }
}

export type Devices = ReturnType<typeof createDevices>

const isAdministrator = ({ role }: Me): boolean => role === 'owner' || role === 'administrator'

/** Of others' telephones nobody but an administrator learns that they are there. */
const ownOnly = (by: Me): { member?: string } => (isAdministrator(by) ? {} : { member: by.user.id })
