import { expect, test } from 'vitest'
import { header } from '../message/header-names.ts'
import { contactsOf, topVia, viaList } from '../message/headers.ts'
import { StreamFramer } from '../message/stream-framer.ts'
import { parseUri } from '../message/uri.ts'
import { branchOf } from '../message/via.ts'
import { parseSdp } from '../sdp/parse.ts'
import { createTestLayer, UDP } from '../testing/layer.ts'
import { serverTransactionKey } from '../transaction/key.ts'
import { judging } from './judge.ts'
import { INVALID } from './rfc4475-invalid.ts'
import { SEMANTICS } from './rfc4475-semantics.ts'
import { VALID } from './rfc4475-valid.ts'

test('RFC 4475 has 49 messages, and all are here', () => {
  expect(new Set([...VALID, ...INVALID, ...SEMANTICS].map(({ name }) => name)).size).toBe(49)
})

const torture = judging(test, SEMANTICS)

torture('badbranch', 'accepted, told apart as RFC 2543 did', ({ request, screening }) => {
  const options = request()
  expect(screening()).toEqual({ ok: true })
  expect(branchOf(topVia(options)!)).toBe('z9hG4bK')
  const other = {
    ...options,
    headers: options.headers.map(h => (h.name === 'Call-ID' ? { ...h, value: 'x' } : h)),
  }
  expect(serverTransactionKey(options)).toBe(serverTransactionKey(request()))
  expect(serverTransactionKey(other)).not.toBe(serverTransactionKey(options))
})

torture('insuf', '400 that names a missing header', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-missing', header: 'from' })
  expect(answer().status).toBe(400)
})

for (const name of ['unkscm', 'novelsc']) {
  torture(name, '416', ({ request, screening }) => {
    expect(parseUri(request().uri)).toMatchObject({ scheme: 'other' })
    expect(screening()).toMatchObject({ ok: false, status: 416 })
  })
}

torture('unksm2', 'parsed; a registrar answers 400', ({ request, screening }) => {
  expect(contactsOf(request()).map(({ uri }) => uri)).toEqual(['name:John_Smith'])
  expect(screening()).toMatchObject({ ok: false, status: 400, reason: 'to.scheme' })
})

torture('bext01', '420 that lists what Require asked, not what Proxy-Require did', ({ screening }) => {
  expect(screening()).toEqual({
    ok: false,
    reason: 'require.unsupported',
    status: 420,
    headers: [{ name: 'Unsupported', value: 'nothingSupportsThis, nothingSupportsThisEither' }],
  })
})

torture('invut', '415 with Accept', ({ screening }) => {
  expect(screening()).toMatchObject({
    ok: false,
    status: 415,
    headers: [{ name: 'Accept', value: 'application/sdp, multipart/mixed, text/plain' }],
  })
})

torture('regaut01', 'accepted, for the registrar to challenge', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  expect(header(request(), 'authorization')).toBe('NoOneKnowsThisScheme opaque-data=here')
})

torture('multi01', '400', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-repeated', header: 'cseq' })
  expect(answer().status).toBe(400)
})

torture('mcl01', '400; on a stream the connection is given up', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-repeated', header: 'content-length' })
  expect(answer().status).toBe(400)
  const { bytes } = SEMANTICS.find(({ name }) => name === 'mcl01')!
  expect(new StreamFramer().push(bytes)).toMatchObject([{ type: 'broken' }])
})

torture('bcast', 'well-formed, and discarded: its second Via says it is not ours', ({ response }) => {
  const { layer, events, sent } = createTestLayer()
  layer.receive(response(), UDP)
  expect(viaList(response())).toHaveLength(2)
  expect([...events, ...sent]).toEqual([])
  expect(layer.stats()).toMatchObject({ strayResponses: 1 })
})

torture('zeromf', 'an endpoint answers as if hops were left', ({ screening }) => {
  expect(screening()).toEqual({ ok: true })
})

torture('cparam01', 'accepted, the parameter is the header field’s', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  expect(contactsOf(request())).toEqual([
    { uri: 'sip:+19725552222@gw1.example.net', params: [{ name: 'unknownparam' }] },
  ])
})

torture('cparam02', 'accepted, the parameter is the URI’s', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  expect(contactsOf(request())).toEqual([
    { uri: 'sip:+19725552222@gw1.example.net;unknownparam', params: [] },
  ])
})

torture('regescrt', 'accepted, the escaped Route stays in the binding', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  const [contact] = contactsOf(request())
  expect(parseUri(contact!.uri)).toMatchObject({
    headers: [{ name: 'Route', value: '%3Csip:sip.example.com%3E' }],
  })
  expect(header(request(), 'route')).toBeUndefined()
})

torture('sdp01', '406', ({ screening }) => {
  expect(screening()).toMatchObject({ ok: false, status: 406 })
})

torture('inv2543', 'accepted without tag, branch, Max-Forwards, Contact and Content-Length', verdict => {
  const invite = verdict.request()
  expect(verdict.screening()).toEqual({ ok: true })
  expect(serverTransactionKey(invite)).toBeDefined()
  expect(parseSdp(invite.body).ok).toBe(true)
})
