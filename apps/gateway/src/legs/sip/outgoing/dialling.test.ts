import { createRequest, type Flow } from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import { createTestClock, createTestCounter } from '../../stream/doubles.ts'
import { createTestMedia } from '../doubles.ts'
import { CallCredentials } from './credentials.ts'
import { Dialling } from './dialling.ts'
import { LegMemory } from './leg-memory.ts'
import type { OutgoingPlan } from './outgoing.port.ts'

const plan: OutgoingPlan = {
  version: 1,
  targets: [{ uri: 'sip:+15550123@carrier.example', routes: [], credentialsFor: null }],
  from: '<sip:+15550100@carrier.example>',
  to: '<sip:+15550123@carrier.example>',
  contactUser: 'ringdown',
  headers: [],
  audio: { codecs: ['PCMU'] },
  sessionId: '1',
  callId: 'call',
  localTag: 'ours',
  branch: 'branch',
  trunk: null,
  flow: null,
  ringLimitMs: 60_000,
  redirects: 0,
}

const udp: Flow = { transport: 'udp', address: '192.0.2.1', port: 5060 }
const tls: Flow = { transport: 'tls', address: '192.0.2.1', port: 5061, serverName: 'carrier.example' }
const phone: Flow = { transport: 'ws', address: '192.0.2.7', port: 40_000, connection: 'one' }

/** A call whose INVITE went that way. */
function wayOf(flow: Flow, of: Partial<OutgoingPlan> = {}) {
  const ground = {
    media: createTestMedia().port,
    counter: createTestCounter<string>(),
    clock: createTestClock(),
  }
  const data = { version: 1, direction: 'out', plan: { ...plan, ...of } } as const
  const memory = new LegMemory(data, {
    ...ground,
    addressFor: () => '192.0.2.2',
    store: async () => {},
  })
  memory.goBy({ target: 0, flow }, { worker: 0, endpoint: 'far', local: null })
  return new Dialling({
    ...ground,
    leg: 'leg',
    memory,
    agent: { dial: () => {}, give: () => true },
    credentials: new CallCredentials({
      ask: async () => undefined,
      crypto: { hashes: [], hash: () => '' },
      newToken: () => 'token',
    }),
    locate: async () => [],
    avoid: () => {},
    reached: () => {},
    profileFor: () => ({ contact: 'sip:us@192.0.2.2', methods: [], extensions: [] }),
    isOver: () => false,
  })
}

const request = (
  uri: string,
  { method = 'BYE', toTag = 'theirs' as string | null, routes = [] as string[] } = {},
) =>
  createRequest({
    method,
    uri,
    from: { uri: 'sip:us@192.0.2.2', params: [{ name: 'tag', value: 'ours' }] },
    to: { uri, params: toTag === null ? [] : [{ name: 'tag', value: toTag }] },
    callId: 'call',
    cseq: 2,
    routes,
  })

describe('a request of a call of ours goes', () => {
  test('where its target was found, when it is the first', () => {
    const invite = request('sip:+15550123@carrier.example', { method: 'INVITE', toTag: null })
    expect(wayOf(udp).flowTo(invite)).toEqual(udp)
  })

  test('where a 3xx sends it (RFC 3261 §8.1.3.4)', () => {
    const invite = request('sip:else@192.0.2.9:5070', { method: 'INVITE', toTag: null })
    expect(wayOf(udp).flowTo(invite)).toEqual({ transport: 'udp', address: '192.0.2.9', port: 5070 })
  })

  test('inside the dialog to the Contact, over the transport of the INVITE where none is named (RFC 3261 §12.2.1.1)', () => {
    const tcp = { ...udp, transport: 'tcp' } as const
    expect(wayOf(tcp).flowTo(request('sip:them@192.0.2.9'))).toEqual({
      transport: 'tcp',
      address: '192.0.2.9',
      port: 5060,
    })
  })

  test('inside the dialog to the first of its routes (RFC 3261 §8.1.2)', () => {
    const bye = request('sip:them@192.0.2.9', { routes: ['<sip:192.0.2.8:5080;lr>'] })
    expect(wayOf(udp).flowTo(bye)).toEqual({ transport: 'udp', address: '192.0.2.8', port: 5080 })
  })

  test.each(['sip:them@192.0.2.9:5061;transport=tls', 'sip:them@carrier.example;transport=tls'])(
    'to %s over the connection that is there, whose certificate was checked (RFC 5922 §4)',
    uri => {
      expect(wayOf(tls).flowTo(request(uri))).toEqual(tls)
    },
  )

  test('over TLS to a host of another name by that name', () => {
    expect(wayOf(tls).flowTo(request('sip:them@other.example;transport=tls'))).toMatchObject({
      transport: 'tls',
      address: 'other.example',
    })
  })

  test('where a phone registered, whatever it says of itself (RFC 5626 §5.3)', () => {
    const bye = request('sip:them@nowhere.invalid;transport=ws')
    expect(wayOf(udp, { flow: phone }).flowTo(bye)).toEqual(phone)
  })
})
