import type { DigestHash } from '@ringdown/sip'
import { createTestCalls, createTestClock, createTestCounter } from '../../stream/doubles.ts'
import { createTestDirectory, createTestMedia } from '../doubles.ts'
import type { SipCounter, Trunk } from '../sip.port.ts'
import { createSipDriver } from '../sip-driver.ts'
import { TestPhone, type Transport } from '../test-phone.ts'
import { ContactBook } from './contact-book.ts'
import { createTestContacts, createTestDevices, crypto, realm } from './doubles.ts'
import { DeskPhone } from './test-desk-phone.ts'
import { openWebPhone } from './test-web-phone.ts'

type Options = { transport?: Transport; trunk?: Trunk | undefined; hashes?: DigestHash[] }

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
