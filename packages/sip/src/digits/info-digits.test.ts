import { expect, test } from 'vitest'
import { createTestRequest } from '../testing/messages.ts'
import { infoDigitOf, infoDigitOrder } from './info-digits.ts'

const info = (type: string, body: string, method = 'INFO') =>
  createTestRequest({
    method,
    toTag: 'ours',
    headers: [`Content-Type: ${type}`, `Content-Length: ${body.length}`],
    body,
  })

test.each([
  ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', { digit: '5', duration: 160 }],
  ['application/dtmf-relay', 'signal = #\nduration = 100', { digit: '#', duration: 100 }],
  ['application/dtmf-relay', 'Signal=10\r\nDuration=160', { digit: '*', duration: 160 }],
  ['application/dtmf-relay', 'Signal=11\r\nDuration=160', { digit: '#', duration: 160 }],
  ['application/dtmf-relay', 'Signal=a\r\n', { digit: 'A', duration: 250 }],
  ['application/dtmf-relay', 'Signal=16\r\n', { digit: 'flash', duration: 250 }],
  ['application/dtmf-relay', 'Signal=1\r\nDuration=99999', { digit: '1', duration: 5000 }],
  ['application/dtmf-relay', 'Signal=1\r\nDuration=-1', { digit: '1', duration: 250 }],
  ['Application/DTMF', ' 7 ', { digit: '7', duration: 250 }],
  ['application/dtmf', 'Signal=7\r\nDuration=40', { digit: '7', duration: 40 }],
  ['application/dtmf-relay', '5', undefined],
  ['application/dtmf-relay', 'Signal=55', undefined],
  ['application/dtmf-relay', 'Signal=constructor', undefined],
  ['application/dtmf', '__proto__', undefined],
  ['application/dtmf', 'x'.repeat(10_000), undefined],
  ['application/sdp', 'Signal=5', undefined],
])('INFO with %s %j', (type, body, digit) => {
  expect(infoDigitOf(info(type, body))).toEqual(digit)
})

test('only INFO carries digits so', () => {
  expect(infoDigitOf(info('application/dtmf', '5', 'MESSAGE'))).toBeUndefined()
})

test('what we send is read as it was meant', () => {
  for (const digit of ['0', '*', '#', 'D', 'flash']) {
    const { contentType, body } = infoDigitOrder({ digit, duration: 120 })
    expect(infoDigitOf(info(contentType, body))).toEqual({ digit, duration: 120 })
  }
})
