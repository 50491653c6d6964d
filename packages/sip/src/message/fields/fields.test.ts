import { describe, expect, test } from 'vitest'
import { createTestRequest } from '../../testing/messages.ts'
import { contactsOf } from '../headers.ts'
import { parseUri } from '../uri.ts'
import {
  assertedIdentitiesOf,
  preferredIdentitiesOf,
  privacyOf,
  remotePartyIdsOf,
} from './caller-identity.ts'
import { withoutComments } from './comments.ts'
import { acceptsType, contentDispositionOf, contentEncodingsOf, mediaTypeOf } from './content.ts'
import { diversionsOf, historyOf } from './diversion.ts'
import { eventOf, subscriptionStateOf } from './events.ts'
import {
  contactExpiryOf,
  contactPriorityOf,
  expiresOf,
  minExpiresOf,
  retryAfterMs,
  retryAfterOf,
} from './expiry.ts'
import { pathOf, serviceRouteOf } from './registration-routes.ts'
import { parseReplaces, referredByOf, referToOf, replacesInUri, replacesOf } from './transfer.ts'
import { warningsOf } from './warnings.ts'

const having = (...headers: string[]) => createTestRequest({ headers })

describe('referral (RFC 3515, 3891, 3892)', () => {
  test('Refer-To and Referred-By are read in both spellings', () => {
    const refer = having('r: <sip:a@example.com>', 'Referred-By: "R" <sip:r@example.com>;cid="x@y"')
    expect(referToOf(refer)?.uri).toBe('sip:a@example.com')
    expect(referredByOf(refer)).toMatchObject({ displayName: 'R', params: [{ name: 'cid', value: '"x@y"' }] })
    expect(referToOf(having('Refer-To: *'))).toBeUndefined()
  })

  test('Replaces names a dialog (RFC 3891 §6.1)', () => {
    const value = '425928@bobster.example.org;to-tag=7743;from-tag=6472'
    const dialog = { callId: '425928@bobster.example.org', toTag: '7743', fromTag: '6472' }
    expect(replacesOf(having(`Replaces: ${value}`))).toEqual({ ...dialog, earlyOnly: false })
    expect(parseReplaces(`${value};early-only`)).toEqual({ ...dialog, earlyOnly: true })
  })

  test('Replaces is found escaped in a Refer-To (RFC 5589 §7)', () => {
    const uri = 'sip:a@example.com?Replaces=1%40h%3Bto-tag%3Dt%3Bfrom-tag%3Df&Require=replaces'
    expect(replacesInUri(parseUri(uri)!)).toEqual({
      callId: '1@h',
      toTag: 't',
      fromTag: 'f',
      earlyOnly: false,
    })
    expect(replacesInUri(parseUri('tel:+1555')!)).toBeUndefined()
  })

  test.each([
    '1@h',
    '1@h;to-tag=t',
    ';to-tag=t;from-tag=f',
    '1@h;to-tag=t;from-tag',
    'a b;to-tag=t;from-tag=f',
  ])('a Replaces of %s is none', value => {
    expect(parseReplaces(value)).toBeUndefined()
  })
})

describe('subscriptions (RFC 6665 §8.2)', () => {
  test('Event and Subscription-State are read', () => {
    expect(eventOf(having('o: refer;id=93809824'))).toEqual({ package: 'refer', id: '93809824' })
    expect(eventOf(having('Event: message-summary'))).toEqual({ package: 'message-summary' })
    expect(
      subscriptionStateOf(having('Subscription-State: Terminated ;reason=NoResource;retry-after=5')),
    ).toEqual({ state: 'terminated', reason: 'noresource', retryAfter: 5 })
    expect(subscriptionStateOf(having('Subscription-State: active;expires=60'))).toMatchObject({
      expires: 60,
    })
  })

  test.each(['', ';id=1', 'a b', 'refer;;'])('an Event of "%s" is none', value => {
    expect(eventOf(having(`Event: ${value}`))).toBeUndefined()
  })
})

describe('expiry (RFC 3261 §20.10, §20.19, §20.23, §20.33)', () => {
  test('Expires, Min-Expires and the expires and q of a Contact are read', () => {
    const register = having('Expires: 4294967295', 'Min-Expires: 60', 'm: <sip:a@h>;expires=60;q=0.5')
    expect(expiresOf(register)).toBe(2 ** 32 - 1)
    expect(minExpiresOf(register)).toBe(60)
    const contact = contactsOf(register).at(-1)!
    expect([contactExpiryOf(contact), contactPriorityOf(contact)]).toEqual([60, 0.5])
  })

  test('what is too large or malformed counts as absent (RFC 4475 §3.1.2.4)', () => {
    const register = having(`Expires: 1${'0'.repeat(100)}`, 'Contact: <sip:a@h>;expires=280297596632815;q=2')
    expect(expiresOf(register)).toBeUndefined()
    const contact = contactsOf(register).at(-1)!
    expect([contactExpiryOf(contact), contactPriorityOf(contact)]).toEqual([undefined, 1])
  })

  test.each([
    ['120', { seconds: 120 }],
    ['18000;duration=3600', { seconds: 18000, duration: 3600 }],
    ['120 (I am (still) in a "meeting)', { seconds: 120 }],
    ['120 (open', undefined],
    ['949302838503028349304023988', undefined],
    ['Fri, 01 Jan 2010 16:00:00 GMT', undefined],
  ])('Retry-After: %s', (value, expected) => {
    const message = having(`Retry-After: ${value}`)
    expect(retryAfterOf(message)).toEqual(expected)
    expect(retryAfterMs(message)).toBe(expected && expected.seconds * 1000)
  })

  test('comments nest, but not without limit (RFC 3261 §25.1)', () => {
    expect(withoutComments('a (b (c) \\) d) "(e)" (f)')).toBe('a "(e)"')
    expect(withoutComments(`${'('.repeat(8)}${')'.repeat(8)}`)).toBe('')
    expect(withoutComments(`${'('.repeat(9)}${')'.repeat(9)}`)).toBeUndefined()
    expect(withoutComments('a)')).toBeUndefined()
  })
})

describe('who calls (RFC 3323, 3325; draft-ietf-sip-privacy-04)', () => {
  test('Privacy, P-Asserted-Identity and P-Preferred-Identity are read', () => {
    const invite = having(
      'Privacy: Id; user, critical',
      'P-Asserted-Identity: "Cullen" <sip:fluffy@example.com>, <tel:+14085264000>',
      'P-Preferred-Identity: sip:x@example.com',
    )
    expect(privacyOf(invite)).toEqual(['id', 'user', 'critical'])
    expect(assertedIdentitiesOf(invite).map(({ uri }) => uri)).toEqual([
      'sip:fluffy@example.com',
      'tel:+14085264000',
    ])
    expect(preferredIdentitiesOf(invite)).toHaveLength(1)
  })

  test('Remote-Party-ID is read', () => {
    const invite = having(
      'Remote-Party-ID: "J" <sip:j@example.com>;party=calling;screen=yes;privacy=full',
      'Remote-Party-ID: <sip:k@example.com>;privacy="name-uri"',
    )
    expect(remotePartyIdsOf(invite)).toMatchObject([
      { address: { displayName: 'J' }, party: 'calling', screened: true, privacy: ['full'] },
      { party: 'calling', screened: false, privacy: ['name', 'uri'] },
    ])
  })
})

describe('routes of registrations (RFC 3327, 3608)', () => {
  test('Path and Service-Route keep their order', () => {
    const message = having(
      'Path: <sip:p2@example.com;lr>,<sip:p1@example.com;lr>',
      'Service-Route: <sip:s@h;lr>',
    )
    expect(pathOf(message)?.map(({ uri }) => uri)).toEqual(['sip:p2@example.com;lr', 'sip:p1@example.com;lr'])
    expect(serviceRouteOf(message)).toHaveLength(1)
  })

  test('a Path with a malformed hop is no path', () => {
    expect(pathOf(having('Path: <sip:p2@example.com;lr>, <sip:>'))).toBeUndefined()
  })
})

describe('the way a call came (RFC 5806, 7044)', () => {
  test('Diversion is read, the latest first', () => {
    const invite = having(
      'Diversion: <sip:b@h>;reason=User-Busy;counter=2, "A" <tel:+1555>;reason="no-answer"',
      'Diversion: <sip:c@h>',
    )
    expect(diversionsOf(invite)).toMatchObject([
      { address: { uri: 'sip:b@h' }, reason: 'user-busy', count: 2 },
      { address: { uri: 'tel:+1555' }, reason: 'no-answer', count: 1 },
      { reason: 'unknown', count: 1 },
    ])
  })

  test('History-Info is read with index and reason', () => {
    const value =
      '<sip:b@h?Reason=SIP%3Bcause%3D302>;index=1, <sip:c@h;cause=302>;index=1.1;rc=1, <sip:d@h>;index=x'
    expect(historyOf(having(`History-Info: ${value}`))).toMatchObject([
      { index: '1', reason: 'SIP;cause=302' },
      { index: '1.1', address: { uri: 'sip:c@h;cause=302' } },
    ])
  })
})

test('Warning is read; codes outside 3xx are left out (RFC 3261 §20.43)', () => {
  const message = having(
    'Warning: 307 isi.edu "Session \\"x\\", not understood", 1812 overture "In Progress"',
    'Warning: 399 h:5060 "b"',
  )
  expect(warningsOf(message)).toEqual([
    { code: 307, agent: 'isi.edu', text: 'Session "x", not understood' },
    { code: 399, agent: 'h:5060', text: 'b' },
  ])
})

describe('content (RFC 3261 §20.1, §20.11, §20.12, §20.15)', () => {
  test('Content-Type keeps its parameters', () => {
    expect(mediaTypeOf(having('c: Multipart/Mixed ; boundary="a;b"'))).toEqual({
      type: 'multipart/mixed',
      params: [{ name: 'boundary', value: '"a;b"' }],
    })
    expect(mediaTypeOf(having('Content-Type: text'))).toBeUndefined()
  })

  test('Content-Disposition has defaults', () => {
    expect(contentDispositionOf(having('Content-Type: application/sdp'))).toEqual({
      type: 'session',
      optional: false,
      required: false,
    })
    expect(contentDispositionOf(having('Content-Disposition: Icon ; handling=optional'))).toEqual({
      type: 'icon',
      optional: true,
      required: false,
    })
    expect(contentDispositionOf(having('Content-Disposition: signal; handling="required"'))).toEqual({
      type: 'signal',
      optional: false,
      required: true,
    })
  })

  test('Content-Encoding counts unless it is identity', () => {
    expect(contentEncodingsOf(having('e: gzip, identity'))).toEqual(['gzip'])
  })

  test.each([
    [[], true],
    [['Accept: application/sdp;level=1, text/html'], true],
    [['Accept: application/*'], true],
    [['Accept: */*'], true],
    [['Accept: text/html', 'Accept: application/sdp'], true],
    [['Accept: application/sdp;q=0'], false],
    [['Accept: text/nobodyKnowsThis'], false],
    [['Accept:'], false],
  ] as const)('%j accepts a session description: %s', (headers, expected) => {
    expect(acceptsType(having(...headers), 'application/sdp')).toBe(expected)
  })
})
