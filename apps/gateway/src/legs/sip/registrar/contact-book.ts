import type { Flow } from '@ringdown/sip'
import type { Clock } from '../sip.port.ts'
import type { Contact, ContactsPort, Device, Reach } from './registrar.port.ts'

export type ContactBookNeeds = {
  clock: Clock
  store: ContactsPort
  /** Expired contacts could not be removed from the database. */
  onFailed(error: unknown): void
}

type Entry = { device: Device; contacts: Contact[] }

/** Who is told that a telephone's contacts are other ones than before. */
export type ContactsListener = (device: Device) => void

/** From this change of a telephone's contacts; undefined: it is left as it is. */
export type ContactsChange = (contacts: readonly Contact[]) => Contact[] | undefined

/** Where desk phones are reached now: in memory, because connections are; in the database, for the next control. */
export class ContactBook {
  readonly #needs: ContactBookNeeds
  readonly #entries = new Map<string, Entry>()
  #sources: ReadonlyMap<string, Device> = new Map()
  #addresses: ReadonlySet<string> = new Set()
  readonly #listeners = new Set<ContactsListener>()
  /** By device: the last change that waits. */
  readonly #lines = new Map<string, Promise<unknown>>()
  #stopTimer = () => {}

  constructor(needs: ContactBookNeeds) {
    this.#needs = needs
  }

  /** What a former control left. Its connections are gone, so that only UDP reaches anyone. */
  async restore(): Promise<void> {
    await this.#needs.store.sweep(this.#needs.clock.now())
    for (const { device, contacts } of await this.#needs.store.read()) {
      const reachable = contacts.filter(({ flow }) => flow.transport === 'udp')
      if (!this.#entries.has(device.id)) this.#set(device, reachable)
    }
  }

  /** Ways to a member's telephones, the preferred first. */
  contactsOf({ organization, member }: { organization: string; member: string }): Reach[] {
    const contacts = [...this.#entries.values()].flatMap(({ device, contacts }) =>
      device.organization === organization && device.member === member
        ? this.#live(contacts).map(contact => ({ device: device.id, ...contact }))
        : [],
    )
    return contacts
      .toSorted((one, other) => other.priority - one.priority)
      .map(({ device, uri, flow }) => ({ device, uri, flow }))
  }

  all(): Contact[] {
    return [...this.#entries.values()].flatMap(({ contacts }) => this.#live(contacts))
  }

  ofDevice(device: string): Contact[] {
    return this.#live(this.#entries.get(device)?.contacts ?? [])
  }

  /** Whose telephone speaks from there. */
  at(flow: Flow): Device | undefined {
    return this.#sources.get(sourceOf(flow))
  }

  /** Whether a telephone registered from this address, from whatever port. */
  knowsAddress(address: string): boolean {
    return this.#addresses.has(address)
  }

  /** Calls `listener` after every change. Returns the end of it. */
  onChange(listener: ContactsListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Changes a telephone's contacts, one request at a time, in the database first. `changed` is false when the telephone is not
   * there any more. Rejects when the database does.
   */
  change(device: Device, change: ContactsChange): Promise<{ changed: boolean; contacts: Contact[] }> {
    const before = this.#lines.get(device.id) ?? Promise.resolve()
    const mine = before.then(() => this.#change(device, change))
    const settled = mine.then(
      () => {},
      () => {},
    )
    this.#lines.set(device.id, settled)
    void settled.then(() => {
      if (this.#lines.get(device.id) === settled) this.#lines.delete(device.id)
    })
    return mine
  }

  /** The telephone was taken out of the database. */
  forget(device: string): void {
    const entry = this.#entries.get(device)
    if (entry) this.#set(entry.device, [])
  }

  /** A connection closed: what registered over it is not reached any more. */
  closed(connection: string): void {
    for (const { device, contacts } of [...this.#entries.values()]) {
      const left = contacts.filter(({ flow }) => flow.connection !== connection)
      if (left.length < contacts.length) this.#set(device, left)
    }
  }

  close(): void {
    this.#stopTimer()
  }

  async #change(device: Device, change: ContactsChange) {
    const before = this.ofDevice(device.id)
    const contacts = change(before)
    if (!contacts) return { changed: true, contacts: before }
    const uris = new Set(contacts.map(({ uri }) => uri))
    const removed = before.map(({ uri }) => uri).filter(uri => !uris.has(uri))
    const kept = contacts.filter(contact => !before.includes(contact))
    const changed = await this.#needs.store.save({ device, kept, removed })
    this.#set(device, changed ? contacts : [])
    return { changed, contacts: this.ofDevice(device.id) }
  }

  #set(device: Device, contacts: Contact[]): void {
    if (contacts.length > 0) this.#entries.set(device.id, { device, contacts })
    else this.#entries.delete(device.id)
    this.#index()
    this.#arm()
    for (const listener of [...this.#listeners]) listener(device)
  }

  #live(contacts: readonly Contact[]): Contact[] {
    const now = this.#needs.clock.now()
    return contacts.filter(({ expiresAt }) => expiresAt > now)
  }

  /** Every request from outside asks for its source; registrations change far more seldom. */
  #index(): void {
    const flows = [...this.#entries.values()].flatMap(({ device, contacts }) =>
      contacts.map(({ flow }) => ({ device, flow })),
    )
    this.#sources = new Map(flows.map(({ device, flow }) => [sourceOf(flow), device]))
    this.#addresses = new Set(flows.map(({ flow }) => flow.address))
  }

  /** Wakes when the next contact expires. */
  #arm(): void {
    this.#stopTimer()
    const times = [...this.#entries.values()].flatMap(({ contacts }) => contacts.map(c => c.expiresAt))
    if (times.length === 0) return
    const next = times.reduce((one, other) => Math.min(one, other))
    const ms = Math.max(1, next - this.#needs.clock.now())
    this.#stopTimer = this.#needs.clock.after(ms, () => this.#expire())
  }

  #expire(): void {
    for (const { device, contacts } of [...this.#entries.values()]) {
      const left = this.#live(contacts)
      if (left.length < contacts.length) this.#set(device, left)
    }
    // A timer may be a moment early.
    this.#arm()
    this.#needs.store.sweep(this.#needs.clock.now()).catch(error => this.#needs.onFailed(error))
  }
}

/** Of a connection its name says who speaks; of datagrams the address and port that answers go to. */
const sourceOf = ({ transport, address, port, connection }: Flow): string =>
  transport === 'udp' ? `udp ${address} ${port}` : `${transport} ${connection ?? ''}`
