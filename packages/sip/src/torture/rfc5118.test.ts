import { expect, test } from 'vitest'
import { contactsOf, topVia, viaList } from '../message/headers.ts'
import { parseUri } from '../message/uri.ts'
import { receivedOf } from '../message/via.ts'
import { connectionOf } from '../sdp/attributes.ts'
import { parseSdp } from '../sdp/parse.ts'
import { judging, type Verdict } from './judge.ts'
import { IPV6 } from './rfc5118.ts'

const torture = judging(test, IPV6)

const uriOf = ({ request }: Verdict) => parseUri(request().uri)
const connectionsOf = ({ request }: Verdict) => {
  const parsed = parseSdp(request().body)
  if (!parsed.ok) throw new Error(parsed.code)
  return parsed.session.media.map(media => connectionOf(parsed.session, media)?.address)
}

torture('ipv6-good', 'accepted', verdict => {
  expect(verdict.screening()).toEqual({ ok: true })
  expect(uriOf(verdict)).toMatchObject({ host: '2001:db8::10' })
  expect(topVia(verdict.request())).toMatchObject({ host: '2001:db8::9:1' })
  expect(parseUri(contactsOf(verdict.request())[0]!.uri)).toMatchObject({ host: '2001:db8::1' })
})

torture('ipv6-bad', '400', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.request-uri' })
  expect(answer().status).toBe(400)
})

torture('port-ambiguous', 'accepted; what looks like a port is part of the address', verdict => {
  expect(uriOf(verdict)).toMatchObject({ host: '2001:db8::10:5070' })
  expect(uriOf(verdict)).not.toHaveProperty('port')
})

torture('port-unambiguous', 'accepted', verdict => {
  expect(uriOf(verdict)).toMatchObject({ host: '2001:db8::10', port: 5070 })
})

for (const name of ['via-received-param-with-delim', 'via-received-param-no-delim']) {
  torture(name, 'accepted, with the same address', ({ request, screening }) => {
    expect(screening()).toEqual({ ok: true })
    expect(receivedOf(topVia(request())!)).toBe('2001:db8::9:255')
  })
}

torture('ipv6-in-sdp', 'accepted', verdict => {
  expect(verdict.screening()).toEqual({ ok: true })
  expect(connectionsOf(verdict)).toEqual(['2001:db8::20', '2001:db8::20'])
})

torture('mult-ip-in-header', 'accepted', ({ request }) => {
  const vias = viaList(request())
  expect(vias.map(({ host }) => host)).toEqual(['2001:db8::9:1', '192.0.2.1', '2001:db8::9:255'])
  expect(vias[0]?.port).toBe(6050)
  expect(receivedOf(vias[2]!)).toBe('192.0.2.200')
})

torture('mult-ip-in-sdp', 'accepted', verdict => {
  expect(connectionsOf(verdict)).toEqual(['192.0.2.1', '2001:db8::1'])
})

torture('ipv4-mapped-ipv6', 'accepted', verdict => {
  expect(viaList(verdict.request()).map(({ host, port }) => [host, port])).toEqual([
    ['::ffff:192.0.2.10', 19823],
    ['::ffff:192.0.2.2', undefined],
  ])
  expect(connectionsOf(verdict)).toEqual(['::ffff:192.0.2.2', '::ffff:192.0.2.2'])
})

torture('ipv6-bug-abnf-3-colons', 'accepted, as the grammar of RFC 3261 demands', verdict => {
  expect(uriOf(verdict)).toMatchObject({ host: '2001:db8:::192.0.2.1' })
})

torture('ipv6-correct-abnf-2-colons', 'accepted', verdict => {
  expect(uriOf(verdict)).toMatchObject({ host: '2001:db8::192.0.2.1' })
})
