import type { TrunkHost } from '@ringdown/contract'
import type { SipRequest } from '@ringdown/sip'
import { header, headerLines, parseMessage, serializeMessage } from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import {
  hostLabel,
  hostUri,
  locationUri,
  optionsRequest,
  ourContact,
  type Party,
  registerRequest,
} from './trunk-requests.rules.ts'

const host: TrunkHost = { host: 'sip.example.net', port: null, transport: null }

const party = (settings: Partial<Party['settings']> = {}, at = host): Party => ({
  host: at,
  settings: {
    outboundProxy: null,
    credentials: { username: 'alice', realm: null },
    fromUser: null,
    fromDomain: null,
    ...settings,
  },
  callId: 'call-id',
  fromTag: 'from-tag',
})

const contact = 'sip:alice@192.0.2.1:5060'
const register = (of: Party): SipRequest =>
  registerRequest(of, {
    cseq: 7,
    expiresS: 600,
    headers: [{ name: 'Authorization', value: 'Digest x' }],
    contact,
  })

describe('a REGISTER (RFC 3261 §10.2)', () => {
  test('names the domain, the address of record and our contact', () => {
    const request = register(party())
    expect(request.uri).toBe('sip:sip.example.net')
    expect(header(request, 'from')).toBe('<sip:alice@sip.example.net>;tag=from-tag')
    expect(header(request, 'to')).toBe('<sip:alice@sip.example.net>')
    expect(header(request, 'contact')).toBe(`<${contact}>;expires=600`)
    expect(header(request, 'expires')).toBe('600')
    expect(header(request, 'cseq')).toBe('7 REGISTER')
    expect(header(request, 'call-id')).toBe('call-id')
    expect(header(request, 'authorization')).toBe('Digest x')
    expect(headerLines(request, 'route')).toEqual([])
  })

  test('lets proxies on the way write themselves down (RFC 3327 §5.1)', () => {
    expect(header(register(party()), 'supported')).toBe('path')
  })

  test('goes through an outbound proxy by a Route that was there before (§8.1.2)', () => {
    const outboundProxy: TrunkHost = { host: 'edge.example.net', port: 5070, transport: 'tcp' }
    const request = register(party({ outboundProxy }))
    expect(request.uri).toBe('sip:sip.example.net')
    expect(header(request, 'route')).toBe('<sip:edge.example.net:5070;transport=tcp;lr>')
  })

  test.each([
    { settings: { fromUser: '100' }, record: 'sip:100@sip.example.net' },
    { settings: { fromDomain: 'pbx.example.org' }, record: 'sip:alice@pbx.example.org' },
    {
      settings: { credentials: { username: 'a b@c', realm: null } },
      record: 'sip:a%20b%40c@sip.example.net',
    },
    { settings: { credentials: null }, record: 'sip:ringdown@sip.example.net' },
  ])('is for $record', ({ settings, record }) => {
    expect(header(register(party(settings)), 'to')).toBe(`<${record}>`)
  })

  test.each([host, { host: '[2001:db8::1]', port: 5070, transport: null }, { ...host, host: '192.0.2.7' }])(
    'is one that others can read: $host',
    at => {
      const bytes = serializeMessage({
        ...register(party({}, at)),
        headers: [
          { name: 'Via', value: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx' },
          ...register(party({}, at)).headers,
        ],
      })
      expect(parseMessage(bytes, { transport: 'datagram' })).toMatchObject({ ok: true })
    },
  )
})

test('OPTIONS asks the host itself, without credentials (RFC 3261 §11.1)', () => {
  const own = { host: '192.0.2.1', port: 5060 }
  const request = optionsRequest(party(), { cseq: 3, own, contact })
  expect(request).toMatchObject({ method: 'OPTIONS', uri: 'sip:sip.example.net' })
  expect(header(request, 'from')).toBe('<sip:alice@192.0.2.1>;tag=from-tag')
  expect(header(request, 'to')).toBe('<sip:sip.example.net>')
  expect(header(request, 'accept')).toBe('application/sdp')
  expect(header(request, 'contact')).toBe(`<${contact}>`)
  expect(header(request, 'authorization')).toBeUndefined()
})

describe('the names of a host', () => {
  const cases: { at: TrunkHost; label: string; uri: string; location: string }[] = [
    { at: host, label: 'sip.example.net', uri: 'sip:sip.example.net', location: 'sip:sip.example.net' },
    {
      at: { host: 'sip.example.net', port: 5070, transport: 'tcp' },
      label: 'sip.example.net:5070',
      uri: 'sip:sip.example.net:5070',
      location: 'sip:sip.example.net:5070;transport=tcp',
    },
    {
      at: { host: '[2001:db8::1]', port: 5060, transport: 'udp' },
      label: '[2001:db8::1]:5060',
      uri: 'sip:[2001:db8::1]:5060',
      location: 'sip:[2001:db8::1]:5060;transport=udp',
    },
  ]
  test.each(cases)('$label', ({ at, label, uri, location }) => {
    expect([hostLabel(at), hostUri(at), locationUri(at)]).toEqual([label, uri, location])
  })
})

test.each([
  { transport: 'udp' as const, uri: 'sip:alice@192.0.2.1:5060' },
  { transport: 'tcp' as const, uri: 'sip:alice@192.0.2.1:5060;transport=tcp' },
])('our contact over $transport is $uri', ({ transport, uri }) => {
  const flow = { transport, address: '198.51.100.1', port: 5060 }
  expect(ourContact(party(), flow, { host: '192.0.2.1', port: 5060 })).toBe(uri)
})
