import type { Flow } from '@ringdown/sip'
import { afterEach, expect, test } from 'vitest'
import type { OutgoingTarget } from './outgoing.port.ts'
import { type Way, Ways } from './ways.ts'

const flow = (address: string): Flow => ({ transport: 'udp', address, port: 5060 })
const target = (uri: string, routes: string[] = []): OutgoingTarget => ({ uri, routes, credentialsFor: null })

const found: Record<string, Flow[]> = {
  'sip:a@one': [flow('192.0.2.1'), flow('192.0.2.2')],
  'sip:a@two': [],
  'sip:a@three': [flow('192.0.2.3')],
  'sip:proxy;lr': [flow('192.0.2.9')],
}

async function all(ways: Ways): Promise<string[]> {
  const seen: Way[] = []
  for (let way = await ways.next(); way; way = await ways.next()) seen.push(way)
  return seen.map(way => `${way.target} ${way.flow.address}`)
}

const avoided = new Set<string>()
const locate = async (uri: string) =>
  (found[uri] ?? []).map(place => ({ flow: place, isAvoided: avoided.has(place.address) }))
afterEach(() => avoided.clear())

test('every place of a target comes before the next target; one that is not found is passed over (RFC 3263 §4.3)', async () => {
  const targets = [target('sip:a@one'), target('sip:a@two'), target('sip:a@three')]
  expect(await all(new Ways({ targets, flow: null }, locate))).toEqual([
    '0 192.0.2.1',
    '0 192.0.2.2',
    '2 192.0.2.3',
  ])
})

test('places that failed lately come last, in their order, whoever’s they are (RFC 3263 §4.3)', async () => {
  avoided.add('192.0.2.1').add('192.0.2.2')
  const targets = [target('sip:a@one'), target('sip:a@three')]
  expect(await all(new Ways({ targets, flow: null }, locate))).toEqual([
    '1 192.0.2.3',
    '0 192.0.2.1',
    '0 192.0.2.2',
  ])
})

test('a target behind a proxy is where the proxy is (RFC 3261 §8.1.2)', async () => {
  const targets = [target('sip:a@one', ['<sip:proxy;lr>'])]
  expect(await all(new Ways({ targets, flow: null }, locate))).toEqual(['0 192.0.2.9'])
})

test('a phone is where it registered, wherever its Contact leads', async () => {
  const ways = new Ways({ targets: [target('sip:a@one')], flow: flow('192.0.2.7') }, locate)
  expect(await all(ways)).toEqual(['0 192.0.2.7'])
})

test('after a restart the targets go on after the one that was tried', async () => {
  const targets = [target('sip:a@one'), target('sip:a@three')]
  expect(await all(new Ways({ targets, flow: null }, locate, 0))).toEqual(['1 192.0.2.3'])
})
