import { expect, test } from 'vitest'
import { createResponse } from '../message/build.ts'
import { createTestRequest } from '../testing/messages.ts'
import { notAnswered } from './outcome.ts'

const answer = (status: number, reason?: string) =>
  notAnswered(
    createResponse(createTestRequest(), status, {
      headers: reason === undefined ? [] : [{ name: 'Reason', value: reason }],
    }),
  )

test.each([
  [486, 'busy'],
  [600, 'busy'],
  [603, 'busy'],
  [408, 'no-answer'],
  [480, 'no-answer'],
  [487, 'no-answer'],
  [302, 'failed'],
  [403, 'failed'],
  [404, 'failed'],
  [488, 'failed'],
  [499, 'failed'],
  [503, 'failed'],
  [599, 'failed'],
])('%i means %s (RFC 3261 §21)', (status, outcome) => {
  const ending = answer(status)
  expect(ending).toMatchObject({ type: 'not answered', outcome, status })
  expect(ending.text).toMatch(/^[A-Z].+\.$/)
})

test.each([
  ['Q.850;cause=17', 'busy'],
  ['q.850 ;cause=19;text="No answer, really"', 'no-answer'],
  ['SIP;cause=480, Q.850;cause=1', 'failed'],
])('what the telephone network says counts first: %s (RFC 3326, RFC 6432)', (reason, outcome) => {
  expect(answer(480, reason).outcome).toBe(outcome)
})

test('a cause nobody knows leaves the status to speak', () => {
  expect(answer(486, 'Q.850;cause=126')).toMatchObject({ outcome: 'busy', cause: 126 })
})
