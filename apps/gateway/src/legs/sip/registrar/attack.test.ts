import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bearable } from '../defence/defence.rules.ts'
import { device } from './doubles.ts'
import { createTestDesk } from './test-desk.ts'
import type { DeskPhone } from './test-desk-phone.ts'

let desk: Awaited<ReturnType<typeof createTestDesk>>
let attacker: DeskPhone

beforeEach(async () => {
  desk = await createTestDesk()
  attacker = await desk.openPhone()
})
afterEach(() => desk.close())

/** One password after the other, as often as it takes to be banned. */
async function guessPasswords(): Promise<void> {
  await attacker.authenticated('REGISTER', { password: 'guess 1' })
  for (let guess = 2; guess <= bearable.authentication.count; guess++)
    await attacker.ask('REGISTER', { password: `guess ${guess}` })
}

describe('who guesses passwords', () => {
  test('is banned, over connections too: the nonce that came back shows that the address is its own', async () => {
    await guessPasswords()
    expect(desk.directory.bans).toEqual([
      { address: '127.0.0.1', what: 'authentication', seconds: 600, isProven: true },
    ])
  })

  test('is asked for a password as often as it likes: that is how every telephone begins', async () => {
    for (let time = 0; time <= bearable.authentication.count; time++)
      expect((await attacker.ask('REGISTER')).status).toBe(401)
    expect(desk.directory.bans).toEqual([])
  })
})

describe('the address of a registered telephone', () => {
  test('is not banned, whoever guesses from there', async () => {
    const phone = await desk.openPhone()
    await phone.register()
    await guessPasswords()
    expect(desk.directory.bans).toEqual([])
    expect((await phone.register()).status).toBe(200)
  })

  test('is not banned either when it registered with the control before this one', async () => {
    const flow = { transport: 'udp', address: '127.0.0.1', port: 5070 } as const
    const contact = { uri: 'sip:phoneann@127.0.0.1:5070', flow, callId: 'before', cseq: 1 }
    const expiresAt = desk.clock.now() + 3_600_000
    const kept = [{ ...contact, priority: 1, userAgent: null, expiresAt }]
    await desk.store.store.save({ device, kept, removed: [] })
    await desk.contacts.restore()
    await guessPasswords()
    expect(desk.directory.bans).toEqual([])
  })
})
