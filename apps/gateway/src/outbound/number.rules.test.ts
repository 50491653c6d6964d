import { expect, test } from 'vitest'
import { dialledNumber } from './number.rules.ts'

test.each([
  ['+12025550143', null, '+12025550143'],
  ['+1 (202) 555-0143', null, '+12025550143'],
  [' +49 30 901820 ', null, '+4930901820'],
  ['+52 55 5123 4567', '1', '+525551234567'],
  ['(202) 555-0143', '1', '+12025550143'],
  ['030 901820', '49', '+4930901820'],
  ['+44 20 7946 0958', '49', '+442079460958'],
])('%s, dialled where national numbers are of %s, is %s', (written, callingCode, number) => {
  expect(dialledNumber(written, callingCode)).toBe(number)
})

test.each([
  ['nothing', '', '1'],
  ['a name', 'sip:ann@example.net', '1'],
  ['words around it', 'call +12025550143 now', '1'],
  ['a national number without a country', '202 555 0143', null],
  ['too few digits for its country', '+1202555', '1'],
  ['too many digits', '+1202555014312', '1'],
  ['no such country', '+999123456789', '1'],
  ['an extension, which no trunk dials', '+12025550143 ext. 5', '1'],
])('%s is no number that can be called', (_what, written, callingCode) => {
  expect(dialledNumber(written, callingCode)).toBeUndefined()
})
