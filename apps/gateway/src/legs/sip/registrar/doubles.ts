import type { DigestHash } from '@ringdown/sip'
import { passwordHash } from '@ringdown/sip'
import { createDigestCrypto } from '../crypto/digest-crypto.ts'
import type { Contact, ContactsPort, Device, DevicesPort } from './registrar.port.ts'

export const realm = 'desk.test'
/** The device's password. */
export const secret = 'correct horse'
export const device: Device = {
  id: 'device-1',
  organization: 'org-1',
  member: 'ann',
  username: 'phoneann',
}

export const crypto = createDigestCrypto()

/** A database of contacts in memory; it is away when a test says so. */
export function createTestContacts() {
  const stored = new Map<string, { device: Device; contacts: Contact[] }>()
  const world = { isAway: false, isGone: false, sweeps: [] as number[] }
  const answer = () => {
    if (world.isAway) throw new Error('the database is away')
  }
  const store: ContactsPort = {
    async read() {
      answer()
      return structuredClone([...stored.values()])
    },
    async save({ device, kept, removed }) {
      answer()
      if (world.isGone) return false
      const gone = new Set([...removed, ...kept.map(({ uri }) => uri)])
      const before = stored.get(device.id)?.contacts.filter(({ uri }) => !gone.has(uri)) ?? []
      stored.set(device.id, { device, contacts: [...before, ...kept] })
      return true
    },
    async sweep(now) {
      answer()
      world.sweeps.push(now)
    },
  }
  const contacts = () => [...stored.values()].flatMap(one => one.contacts)
  return Object.assign(world, { store, contacts })
}

/** The one telephone that may register; a test may look on, or hold the answer back. */
export function createTestDevices() {
  const world = { asked: [] as string[], isAway: false, before: async () => {} }
  const port: DevicesPort = {
    async find(username) {
      world.asked.push(username)
      await world.before()
      if (world.isAway) throw new Error('the database is away')
      const found = username === device.username ? device : undefined
      const password = found ? secret : 'nobody knows'
      const of = (hash: DigestHash) => passwordHash({ username, realm, password, hash, crypto })
      return { device: found, passwordHashes: { MD5: of('MD5'), 'SHA-256': of('SHA-256') } }
    },
  }
  return Object.assign(world, { port })
}
