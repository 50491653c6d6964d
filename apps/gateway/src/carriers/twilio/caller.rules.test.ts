import { describe, expect, test } from 'vitest'
import { callerOf, dialledNumber } from './caller.rules.ts'

describe('the caller that Twilio names', () => {
  test.each([
    { from: '+15550123', caller: '+15550123' },
    { from: ' 15550123', caller: '15550123' },
    { from: '+1 (555) 0123', caller: '+15550123' },
    { from: 'client:alice', caller: 'client:alice' },
    { from: 'sip:bob@example.test', caller: 'sip:bob@example.test' },
    { from: '', caller: null },
    { from: 'anonymous', caller: null },
    { from: 'Restricted', caller: null },
    { from: '+266696687', caller: null },
    { from: '+7378742833', caller: null },
    { from: 'Robert"); DROP', caller: null },
  ])('$from is stored as $caller', ({ from, caller }) => {
    expect(callerOf(from)).toBe(caller)
  })
})

describe('the dialled number', () => {
  test.each([
    { to: '+15550100', number: '+15550100' },
    { to: 'sip:+15550100@example.test', number: undefined },
    { to: '15550100', number: undefined },
    { to: '', number: undefined },
  ])('$to is $number', ({ to, number }) => {
    expect(dialledNumber(to)).toBe(number)
  })
})
