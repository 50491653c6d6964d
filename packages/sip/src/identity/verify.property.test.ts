import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestRequest } from '../testing/messages.ts'
import { startVerification } from './verify.ts'

const part = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url')
const SIGNATURE = Buffer.alloc(64).toString('base64url')
const URL = 'https://c.example/a'
const bare = createTestRequest()

test('no Identity header makes the verification throw (RFC 8224 §4)', () => {
  const headers = fc.oneof(
    fc.jsonValue(),
    fc.constant({ alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: URL }),
  )
  const claims = fc.oneof(
    fc.jsonValue(),
    fc.record({
      attest: fc.constant('A'),
      origid: fc.string(),
      iat: fc.oneof(fc.constant(0), fc.jsonValue()),
      orig: fc.oneof(fc.record({ tn: fc.string() }), fc.jsonValue()),
      dest: fc.oneof(fc.record({ tn: fc.array(fc.string()) }), fc.jsonValue()),
    }),
  )
  fc.assert(
    fc.property(headers, claims, fc.string(), (header, payload, rest) => {
      const value = `${part(header)}.${part(payload)}.${SIGNATURE};info=<${URL}>;ppt=shaken${rest}`
      const request = { ...bare, headers: [...bare.headers, { name: 'Identity', value }] }
      const step = startVerification({ request, now: 0 })
      expect(['result', 'fetch certificate']).toContain(step.effects[0]?.type)
    }),
  )
})
