import type { DigestHash, Header, SipResponse } from '@ringdown/sip'
import { answerChallenge, authorize, cseqOf, type DigestSession, passwordHash } from '@ringdown/sip'
import { createTestCalls, createTestClock, createTestCounter } from '../../stream/doubles.ts'
import { createDigestCrypto } from '../crypto/digest-crypto.ts'
import { createTestDirectory, createTestMedia } from '../doubles.ts'
import type { SipCounter, Trunk } from '../sip.port.ts'
import { createSipDriver } from '../sip-driver.ts'
import { sdp } from '../test-call.ts'
import { TestPhone, type Transport } from '../test-phone.ts'
import { ContactBook } from './contact-book.ts'
import type { Contact, ContactsPort, Device, DevicesPort } from './registrar.port.ts'
import { openWebPhone } from './test-web-phone.ts'

export const realm = 'desk.test'
const secret = 'correct horse'
export const device: Device = {
  id: 'device-1',
  organization: 'org-1',
  member: 'ann',
  username: 'phoneann',
}

const crypto = createDigestCrypto()

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

function createTestDevices() {
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

/** A gateway on real sockets with desk phones; no trunk is there unless a test sets one. */
export async function createTestDesk({
  transport = 'udp',
  trunk,
  hashes = ['SHA-256', 'MD5'],
}: Options = {}) {
  const clock = createTestClock()
  const store = createTestContacts()
  const devices = createTestDevices()
  const directory = createTestDirectory()
  directory.trunk = trunk
  const counter = createTestCounter<Parameters<SipCounter['count']>[0]>()
  const calls = createTestCalls()
  const contacts = new ContactBook({ clock, store: store.store, onFailed: () => {} })
  const driver = createSipDriver({
    calls: calls.port,
    media: createTestMedia().port,
    clock,
    counter,
    ...directory.asks,
    isAway: () => false,
    addressFor: () => '127.0.0.1',
    desk: { realm, hashes, devices: devices.port, contacts, crypto },
  })
  const anywhere = { host: '127.0.0.1', port: 0 }
  const { port, portOf } = await driver.listen({ ...anywhere, ws: anywhere })
  const phones: TestPhone[] = []
  return {
    clock,
    store,
    devices,
    directory,
    counter,
    calls,
    contacts,
    driver,
    async openPhone() {
      const phone = await TestPhone.open({ transport, server: port })
      phones.push(phone)
      return new DeskPhone(phone)
    },
    async openWebPhone() {
      const web = await openWebPhone(portOf('ws')!)
      return Object.assign(new DeskPhone(web), { close: web.close })
    },
    async close() {
      contacts.close()
      await driver.close()
      for (const phone of phones) await phone.close()
    },
  }
}

type Options = { transport?: Transport; trunk?: Trunk | undefined; hashes?: DigestHash[] }

export type Asked = {
  username?: string
  password?: string
  /** Whom it registers; itself unless told. */
  to?: string
  uri?: string
  headers?: string[]
  hash?: DigestHash
  callId?: string
}

/** What a telephone speaks through. */
type Line = Pick<TestPhone, 'port' | 'via' | 'next'> & { send(text: string): Promise<void> }

/** A telephone that answers challenges, as the ones on desks do. */
export class DeskPhone<Phone extends Line = Line> {
  readonly phone: Phone
  #sessions: readonly DigestSession[] = []
  #cseq = 0

  constructor(phone: Phone) {
    this.phone = phone
  }

  get contact(): string {
    return `sip:${device.username}@127.0.0.1:${this.phone.port}`
  }

  /** One request, with what is known of earlier challenges, and its final answer. */
  async ask(method: 'REGISTER' | 'INVITE' | 'OPTIONS', asked: Asked = {}): Promise<SipResponse> {
    const cseq = ++this.#cseq
    await this.phone.send(this.text(method, cseq, asked))
    return this.#final(method, cseq)
  }

  /** The same, answering one challenge. */
  async authenticated(method: 'REGISTER' | 'INVITE', asked: Asked = {}): Promise<SipResponse> {
    const challenged = await this.ask(method, asked)
    if (challenged.status !== 401) return challenged
    this.learn(challenged, method, asked)
    return this.ask(method, asked)
  }

  /** Binds its own contact for an hour. */
  register(asked: Asked = {}): Promise<SipResponse> {
    return this.authenticated('REGISTER', { headers: [`Contact: <${this.contact}>`], ...asked })
  }

  /** It is switched off and on. */
  forget(): void {
    this.#sessions = []
  }

  learn(challenge: SipResponse, method: string, asked: Asked = {}): void {
    const answer = answerChallenge({
      response: challenge,
      target: this.#target(method, asked),
      credentials: this.#credentials(asked),
      sessions: [],
      cnonce: 'cnonce',
      crypto: { ...crypto, hashes: [asked.hash ?? 'SHA-256'] },
    })
    if (!answer.ok) throw new Error(answer.error)
    this.#sessions = answer.sessions.map(session => ({ ...session, count: 0 }))
  }

  text(method: string, cseq: number, asked: Asked = {}): string {
    const { username = device.username, to = username, headers = [], callId = 'desk' } = asked
    const { uri } = this.#target(method, asked)
    const body = method === 'INVITE' ? sdp() : ''
    return [
      `${method} ${uri} SIP/2.0`,
      this.phone.via(`z9hG4bK-${this.phone.port}-${method}-${cseq}`),
      'Max-Forwards: 70',
      `From: <sip:${to}@${realm}>;tag=desk`,
      method === 'INVITE' ? `To: <${uri}>` : `To: <sip:${to}@${realm}>`,
      `Call-ID: ${callId}-${this.phone.port}`,
      `CSeq: ${cseq} ${method}`,
      ...(method === 'INVITE' ? [`Contact: <${this.contact}>`, 'Content-Type: application/sdp'] : []),
      ...headers,
      ...this.#authorization(method, asked).map(({ name, value }) => `${name}: ${value}`),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')
  }

  #authorization(method: string, asked: Asked): readonly Header[] {
    const answer = authorize({
      target: this.#target(method, asked),
      credentials: this.#credentials(asked),
      sessions: this.#sessions,
      crypto,
    })
    if (!answer.ok) return []
    this.#sessions = answer.sessions
    return answer.headers
  }

  #target(method: string, { uri }: Asked) {
    const target = uri ?? (method === 'INVITE' ? `sip:+15550100@${realm}` : `sip:${realm}`)
    return { method, uri: target, host: realm }
  }

  #credentials({ username = device.username, password = secret }: Asked) {
    return [{ realm, host: realm, username, password }]
  }

  #final(method: string, cseq: number): Promise<SipResponse> {
    return this.phone.next(
      message =>
        message.kind === 'response' &&
        message.status >= 200 &&
        cseqOf(message)?.number === cseq &&
        cseqOf(message)?.method === method,
    ) as Promise<SipResponse>
  }
}
