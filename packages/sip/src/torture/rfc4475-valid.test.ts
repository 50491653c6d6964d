import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { mediaTypeOf } from '../message/fields/content.ts'
import { bodyPartsOf } from '../message/fields/multipart.ts'
import { paramValue } from '../message/grammar.ts'
import { header, headerLines } from '../message/header-names.ts'
import {
  callIdOf,
  contactsOf,
  cseqOf,
  fromOf,
  headerList,
  maxForwardsOf,
  routesOf,
  toOf,
  topVia,
  viaList,
} from '../message/headers.ts'
import { tagOf } from '../message/name-addr.ts'
import { isLooseRouter, parseUri, uriParam, uriUser } from '../message/uri.ts'
import { encodeUtf8 } from '../message/utf8.ts'
import { branchOf } from '../message/via.ts'
import { parseSdp } from '../sdp/parse.ts'
import { judging } from './judge.ts'
import { VALID } from './rfc4475-valid.ts'

/** SHA-256 of the files in the archive of RFC 4475 appendix A. */
const ARCHIVED: Readonly<Record<string, string>> = {
  wsinv: 'd6f6cdee99cd0a1f8e3d9a0fdd67c877700e19ab86d8186dada06f61260e3e61',
  intmeth: 'b957a8292c1c0a9851fe94705b90f94320738f43aacde64998e401f742ef688d',
  esc01: 'be3a316d4ce5f69cad474646191e390dd4b50fc8371e44b5197fe1237781973e',
  escnull: '263fe2ecd12a5ccbb6c67b3174e9211d11da9b600e7d69666a86d2ee42873e90',
  esc02: '9a9c59449f00327b02071feafc8e5c2a261c98c818044167894cc17809a12199',
  lwsdisp: 'd1b36b6316c12824f6f04bf6b1fd1f021cade9b74871693b9c3474cd9fa7f4e6',
  longreq: '185739292bc676760e5b1cca77c87705aa570240171c506ad76f8c35af0ecdaa',
  dblreq: 'a6be48426565c2a705389c4ce2ea17e57b891cb13f80490a2cb9392c797b46ef',
  semiuri: '87bbaed6b4b354dbd3c5c7a20e66686303c63e43a0aa19b89de1ac75231611a2',
  transports: '33b4553a3b9418121b099ff07882535151edd6a1e81898c63a916aad2cbf90bc',
  mpart01: '92147c8e24997bac59629e1b163767697d0d6d499af87f89e325d69968bec3ba',
  unreason: '4f939d6ebf4817eea70f011d3209e83732872ffc20ffd304b244084dc392f4d7',
  noreason: '07e11e470a69fffa3674de805e5165d1351a9439a91045ee70c9570ea24ab4fe',
}

describe('RFC 4475 appendix A: the message is byte for byte that of the archive', () => {
  test.each(VALID.map(message => [message.name, message] as const))('%s', (name, message) => {
    expect(createHash('sha256').update(message.bytes).digest('hex')).toBe(ARCHIVED[name])
  })
})

const torture = judging(test, VALID)

torture('wsinv', 'accepted, folded and spaced out as it is', ({ request, screening }) => {
  const invite = request()
  expect(screening()).toEqual({ ok: true })
  expect(uriParam(parseUri(invite.uri)!, 'unknownparam')).toEqual({ name: 'unknownparam' })
  expect(tagOf(toOf(invite))).toBe('1918181833n')
  expect(fromOf(invite)).toMatchObject({ displayName: 'J Rosenberg \\"', uri: 'sip:jdrosen@example.com' })
  expect(tagOf(fromOf(invite))).toBe('98asjd8')
  expect(maxForwardsOf(invite)).toBe(68)
  expect(cseqOf(invite)).toEqual({ number: 9, method: 'INVITE' })
  expect(viaList(invite).map(via => [via.transport, via.host, branchOf(via)])).toEqual([
    ['UDP', '192.0.2.2', '390skdjuw'],
    ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
    ['UDP', '192.168.255.111', 'z9hG4bK30239'],
  ])
  expect(header(invite, 'subject')).toBe('')
  expect(header(invite, 'NewFangledHeader')).toBe('newfangled value continued newfangled value')
  expect(header(invite, 'UnknownHeaderWithUnusualValue')).toBe(';;,,;;,;')
  expect(isLooseRouter(parseUri(routesOf(invite)[0]!.uri)!)).toBe(true)
  const [contact] = contactsOf(invite)
  expect(contact?.displayName).toBe('Quoted string ""')
  expect(contact?.params).toEqual([
    { name: 'newparam', value: 'newvalue' },
    { name: 'secondparam' },
    { name: 'q', value: '0.33' },
  ])
  expect(parseSdp(invite.body).ok).toBe(true)
})

torture('intmeth', 'accepted by the parser, 501 with Allow from an endpoint', ({ request, screening }) => {
  const odd = request()
  expect(odd.method).toBe("!interesting-Method0123456789_*+`.%indeed'~")
  expect(uriUser(parseUri(odd.uri)!)).toBe("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
  expect(toOf(odd)?.displayName).toBe('BEL:\x07 NUL:\0 DEL:\x7f')
  expect(fromOf(odd)).toMatchObject({ displayName: "token1~` token2'+_ token3*%!.-" })
  expect(paramValue(fromOf(odd)!.params, "fromParam''~+*_!.-%")).toBe('"работающий"')
  expect(tagOf(fromOf(odd))).toBe("_token~1'+`*%!-.")
  expect(callIdOf(odd)).toBe('intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{')
  expect(maxForwardsOf(odd)).toBe(255)
  expect(encodeUtf8(header(odd, "extensionHeader-!.%*+_`'~")!)).toEqual(encodeUtf8('\ufeff大停電'))
  expect(screening()).toMatchObject({ ok: false, status: 501, headers: [{ name: 'Allow' }] })
})

torture('esc01', 'accepted; escapes are decoded where they are escapes', ({ request, screening }) => {
  const invite = request()
  expect(screening()).toEqual({ ok: true })
  expect(parseUri(invite.uri)).toMatchObject({ scheme: 'sip', host: 'example.net' })
  expect(uriUser(parseUri(invite.uri)!)).toBe('sips:user@example.com')
  expect(uriUser(parseUri(toOf(invite)!.uri)!)).toBe('user')
  expect(uriUser(parseUri(fromOf(invite)!.uri)!)).toBe('I have spaces')
  const contact = parseUri(contactsOf(invite)[0]!.uri)!
  expect(uriUser(contact)).toBe('caller')
  expect(isLooseRouter(contact)).toBe(true)
  expect(uriParam(contact, 'name')?.value).toBe('value%41')
})

torture('escnull', 'accepted; the two bindings stay different', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  expect(uriUser(parseUri(toOf(request())!.uri)!)).toBe('null-%00-null')
  expect(contactsOf(request()).map(({ uri }) => uriUser(parseUri(uri)!))).toEqual(['%00', '%00%00'])
})

torture('esc02', 'not a REGISTER: 501; only two Contacts', ({ request, screening }) => {
  const odd = request()
  expect(odd.method).toBe('RE%47IST%45R')
  expect(toOf(odd)?.displayName).toBe('%Z%45')
  expect(branchOf(topVia(odd)!)).toBe('z9hG4bK209%fzsnel234')
  expect(contactsOf(odd).map(({ uri }) => uri)).toEqual([
    'sip:alias1@host1.example.com',
    'sip:alias3@host3.example.com',
  ])
  expect(screening()).toMatchObject({ ok: false, status: 501 })
})

torture('lwsdisp', 'accepted', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  expect(fromOf(request())).toMatchObject({ displayName: 'caller', uri: 'sip:caller@example.com' })
})

torture('longreq', 'accepted', ({ request, screening }) => {
  const invite = request()
  expect(screening()).toEqual({ ok: true })
  expect(viaList(invite)).toHaveLength(34)
  expect(topVia(invite)).toMatchObject({ transport: 'TCP', host: 'sip33.example.com' })
  expect(branchOf(viaList(invite).at(-1)!)).toBe(`very${'long'.repeat(50)}branchvalue`)
  expect(tagOf(fromOf(invite))).toBe(`12${'982'.repeat(50)}424`)
  expect(toOf(invite)?.displayName).toBe(`I have a user name of ${'extreme'.repeat(10)} proportion`)
})

torture('dblreq', 'the REGISTER is accepted, the octets behind it are ignored', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  expect(request()).toMatchObject({ method: 'REGISTER', body: new Uint8Array(0) })
})

torture('semiuri', 'the semicolon belongs to the user part', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  const uri = parseUri(request().uri)!
  expect(uriUser(uri)).toBe('user;par=u@example.net')
  expect(uri).toMatchObject({ host: 'example.com', params: [] })
  expect(headerList(request(), 'accept')).toHaveLength(6)
})

torture('transports', 'accepted with transports nobody knows', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  expect(viaList(request()).map(({ transport }) => transport)).toEqual([
    ...['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'],
  ])
})

torture('mpart01', 'accepted, its two parts are found', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  const bodies = bodyPartsOf(request())
  const parts = bodies.ok ? bodies.parts : []
  expect(parts.map(part => mediaTypeOf(part)?.type)).toEqual(['text/plain', 'application/octet-stream'])
  expect(parts.map(part => headerLines(part, 'content-transfer-encoding'))).toEqual([['binary'], ['binary']])
  expect(parts[0]?.body).toEqual(encodeUtf8('Hello'))
  // A DER SEQUENCE that names its own length: every byte of it arrived.
  const [tag, form, high = 0, low = 0] = parts[1]?.body ?? []
  expect([tag, form]).toEqual([0x30, 0x82])
  expect(parts[1]?.body).toHaveLength(high * 256 + low + 4)
})

torture('unreason', 'accepted', ({ response }) => {
  expect(response()).toMatchObject({
    status: 200,
    reason: '= 2**3 * 5**2 но сто девяносто девять - простое',
  })
})

torture('noreason', 'accepted', ({ response }) => {
  expect(response()).toMatchObject({ status: 100, reason: '' })
})
