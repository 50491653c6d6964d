import { expect, test } from 'vitest'
import { header } from '../message/header-names.ts'
import { topVia } from '../message/headers.ts'
import { judging } from './judge.ts'
import { INVALID } from './rfc4475-invalid.ts'

const torture = judging(test, INVALID)

torture('badinv01', '400, sent where the readable half of the Via says', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-invalid', header: 'via' })
  expect(answer()).toMatchObject({ status: 400 })
  expect(topVia(answer())).toMatchObject({ host: '192.0.2.15', params: [] })
})

torture('clerr', '400', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.content-length' })
  expect(answer().status).toBe(400)
})

torture('ncl', '400', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.content-length' })
  expect(answer().status).toBe(400)
})

torture('scalar02', '400 that carries the CSeq it refuses', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-invalid', header: 'cseq' })
  expect(answer().status).toBe(400)
  expect(header(answer(), 'cseq')).toBe('36893488147419103232 REGISTER')
})

torture('scalarlg', 'discarded', ({ refusal }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-invalid', header: 'cseq' })
  expect(refusal()).not.toHaveProperty('salvage')
})

torture('quotbal', '400 with the To as it came', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-invalid', header: 'to' })
  expect(answer().status).toBe(400)
  expect(header(answer(), 'to')).toBe('"Mr. J. User <sip:j.user@example.com>')
})

for (const name of ['ltgtruri', 'lwsruri', 'lwsstart', 'escruri']) {
  torture(name, '400', ({ refusal, answer }) => {
    expect(refusal()).toMatchObject({ reason: 'message.request-uri' })
    expect(answer().status).toBe(400)
  })
}

torture('trws', '400', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.start-line' })
  expect(answer().status).toBe(400)
})

torture('baddate', 'accepted, the date is ignored', ({ request, screening }) => {
  expect(screening()).toEqual({ ok: true })
  expect(header(request(), 'date')).toBe('Fri, 01 Jan 2010 16:00:00 EST')
})

torture('regbadct', '400', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-invalid', header: 'contact' })
  expect(answer().status).toBe(400)
})

torture('badaspec', '400', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-invalid', header: 'to' })
  expect(answer().status).toBe(400)
})

torture('baddn', '400', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.header-invalid', header: 'from' })
  expect(answer().status).toBe(400)
})

torture('badvers', '505', ({ refusal, answer }) => {
  expect(refusal()).toMatchObject({ reason: 'message.version', status: 505 })
  expect(answer().status).toBe(505)
})

for (const name of ['mismatch01', 'mismatch02']) {
  torture(name, '400', ({ refusal, answer }) => {
    expect(refusal()).toMatchObject({ reason: 'message.cseq-method' })
    expect(answer().status).toBe(400)
  })
}

torture('bigcode', 'discarded', ({ refusal }) => {
  expect(refusal()).toMatchObject({ reason: 'message.start-line' })
  expect(refusal()).not.toHaveProperty('salvage')
})
