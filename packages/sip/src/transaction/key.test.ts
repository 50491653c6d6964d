import { expect, test } from 'vitest'
import { createTestRequest, createTestResponse } from '../testing/messages.ts'
import { clientTransactionKey, serverTransactionKey } from './key.ts'

const key = (options: Parameters<typeof createTestRequest>[0]) =>
  serverTransactionKey(createTestRequest(options))

test('an ACK for a failure belongs to the INVITE with its branch (RFC 3261 §17.2.3)', () => {
  expect(key({ method: 'ACK', toTag: 'ours' })).toBe(key({}))
})

test('a CANCEL is a transaction of its own and finds its INVITE by branch (§9.2)', () => {
  const cancel = createTestRequest({ method: 'CANCEL' })
  expect(serverTransactionKey(cancel)).not.toBe(key({}))
  expect(serverTransactionKey(cancel, 'INVITE')).toBe(key({}))
})

test('another sent-by makes another transaction, since branches are only unique per sender (§17.2.3)', () => {
  const via = (host: string) => ({ via: `SIP/2.0/UDP ${host};branch=z9hG4bKone` })
  expect(key(via('192.0.2.1'))).not.toBe(key(via('192.0.2.3')))
  expect(key(via('EXAMPLE.com'))).toBe(key(via('example.com')))
})

test('without the magic cookie, the rules of RFC 2543 apply: the same Via, Call-ID, CSeq and From tag (§17.2.3)', () => {
  const old = { via: 'SIP/2.0/UDP 192.0.2.1;branch=1' }
  expect(key({ ...old, method: 'ACK', toTag: 'ours' })).toBe(key(old))
  expect(key({ ...old, cseq: 2 })).not.toBe(key(old))
  expect(key({ ...old, fromTag: 'other' })).not.toBe(key(old))
  expect(key({ via: 'SIP/2.0/UDP 192.0.2.1;branch=2' })).not.toBe(key(old))
})

test('what the receiver notes in the Via does not change an RFC 2543 transaction', () => {
  expect(key({ via: 'SIP/2.0/UDP 192.0.2.1;received=192.0.2.8' })).toBe(key({ via: 'SIP/2.0/UDP 192.0.2.1' }))
})

test('a response finds its request by branch and CSeq method (§17.1.3)', () => {
  const invite = createTestRequest()
  expect(clientTransactionKey(createTestResponse(invite, 200))).toBe(clientTransactionKey(invite))
  expect(clientTransactionKey(createTestRequest({ method: 'CANCEL' }))).not.toBe(clientTransactionKey(invite))
})
