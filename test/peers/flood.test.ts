import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareVitalSigns, readVitalSigns, type VitalSigns } from '../../tools/fuzz/vital-signs.ts'
import { startWitness, type Witness } from '../../tools/fuzz/witness.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { eventually } from '../harness/heard.ts'
import { invite, openStrangers, type Strangers, sayByTcp } from '../harness/strangers.ts'

const ours = '+15550100'
const nobodys = '+15550111'
const floods = 15_000
const legitimateCalls = 5

let gateway: TestGateway
let witness: Witness
let strangers: Strangers
let before: VitalSigns
let callsBefore = 0

const callsArrived = async () => (await gateway.sql('select 1 from calls.calls')).length

const trouble = async (what: string) => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  return Number(
    new RegExp(`^ringdown_sip_trouble_total\\{what="${what}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0,
  )
}

beforeAll(async () => {
  gateway = await startGateway()
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  // Nobody has called yet, so no trunk was read: from now on one address of this machine is a trunk's, and all others are strangers'.
  await gateway.sql(`update carriers.trunks set any_loopback = false, addresses = '{127.0.0.1/32}'`)
  const addresses = Array.from({ length: 20 }, (_, index) => `127.1.0.${index + 1}`)
  strangers = await openStrangers(addresses, gateway.sipPort)
  witness = await startWitness(gateway)
  await witness.proveCalls()
  before = await readVitalSigns(gateway)
  callsBefore = await callsArrived()
})

afterAll(async () => {
  await strangers?.close()
  await witness?.close()
  await gateway?.close()
})

describe('while strangers flood the gateway with INVITEs and with what is no SIP', () => {
  test('a trunk’s calls are answered and end, and the one that goes on is heard', async () => {
    const flooding = strangers.flood(floods, index =>
      index % 7 === 0 ? 'NOTHING sip SIP/2.0\r\n\r\n' : invite({ number: index % 2 ? ours : nobodys, index }),
    )
    const problems: string[] = []
    for (let call = 0; call < legitimateCalls; call++) problems.push(...(await witness.proveCalls()))
    await flooding
    expect([...problems, ...(await witness.problems())]).toEqual([])
    expect(await callsArrived()).toBe(callsBefore + legitimateCalls)
  })

  test('they hear one and the same refusal, or nothing', async () => {
    expect(new Set(strangers.statuses.filter(status => status !== 400))).toEqual(new Set([403]))
    expect(strangers.statuses.length).toBeLessThan(floods)
  })

  test('each is banned, and told of in the log in one line', async () => {
    await eventually('every stranger banned', async () => {
      await strangers.flood(600, index => invite({ number: ours, index: floods + index }))
      return strangers.addresses.every(address => banLines(address).length > 0)
    })
    expect(strangers.addresses.map(address => banLines(address).length)).toEqual(
      strangers.addresses.map(() => 1),
    )
    expect(await trouble('banned')).toBeGreaterThan(0)
  })

  test('the gateway keeps nothing of it: no handle, no call, no memory beyond what it may remember', async () => {
    expect(compareVitalSigns(before, await readVitalSigns(gateway))).toEqual([])
  })
})

test('a stranger’s connection is closed with the ban, and the next one at once', async () => {
  const many = Array.from({ length: 40 }, (_, index) => invite({ number: ours, index: 1_000_000 + index }))
  const heard = await sayByTcp('127.2.0.1', gateway.sipPort, many.join(''))
  expect(new Set(heard.match(/^SIP\/2\.0 \d+/gm) ?? [])).toEqual(new Set(['SIP/2.0 403']))
  expect(await sayByTcp('127.2.0.1', gateway.sipPort, invite({ number: ours, index: 2_000_000 }))).toBe('')
})

test('what comes in the name of a trunk bans nobody: its calls go on', async () => {
  const forger = await openStrangers(['127.0.0.1'], gateway.sipPort)
  await forger.flood(500, () => 'NOTHING sip SIP/2.0\r\n\r\n')
  await forger.close()
  expect(await witness.proveCalls()).toEqual([])
  expect(await witness.problems()).toEqual([])
  expect(banLines('127.0.0.1')).toEqual([])
})

function banLines(address: string): string[] {
  const lines = gateway.log().split('\n')
  return lines.filter(line => line.includes('sip source banned') && line.includes(`address=${address} `))
}
