import type { TrunkNumbers } from '@ringdown/contract'
import { describe, expect, test } from 'vitest'
import { numberIn, numberOut } from './trunk-numbers.rules.ts'

const plain: TrunkNumbers = {
  callingCode: null,
  nationalPrefix: '',
  internationalPrefix: '',
  out: 'plus-e164',
  dialPrefix: '',
}
const formats = {
  'no country': plain,
  'country 49, prefix 0': { ...plain, callingCode: '49', nationalPrefix: '0', internationalPrefix: '00' },
  'country 1, prefix 1': { ...plain, callingCode: '1', nationalPrefix: '1', internationalPrefix: '011' },
  'country 45, no prefix': { ...plain, callingCode: '45', internationalPrefix: '00' },
  'country 7, prefix 8': { ...plain, callingCode: '7', nationalPrefix: '8', internationalPrefix: '810' },
} satisfies Record<string, TrunkNumbers>

type Case = { format: keyof typeof formats; written: string; number: string | undefined }

describe('a number that a trunk writes, in E.164', () => {
  const cases: Case[] = [
    { format: 'no country', written: '+15550100', number: '+15550100' },
    { format: 'no country', written: '15550100', number: '+15550100' },
    { format: 'no country', written: '0015550100', number: '+15550100' },
    { format: 'no country', written: '+1 (555) 01-00', number: '+15550100' },
    { format: 'no country', written: '0305550100', number: undefined },
    { format: 'no country', written: '+12345', number: undefined },
    { format: 'no country', written: '+1234567890123456', number: undefined },
    { format: 'no country', written: 'reception', number: undefined },
    { format: 'no country', written: '1555+0100', number: undefined },
    { format: 'no country', written: '', number: undefined },
    { format: 'country 49, prefix 0', written: '+15550100', number: '+15550100' },
    { format: 'country 49, prefix 0', written: '0015550100', number: '+15550100' },
    { format: 'country 49, prefix 0', written: '0305550100', number: '+49305550100' },
    { format: 'country 49, prefix 0', written: '305550100', number: '+49305550100' },
    { format: 'country 49, prefix 0', written: '49305550100', number: '+49305550100' },
    { format: 'country 49, prefix 0', written: '04915550100', number: '+494915550100' },
    { format: 'country 49, prefix 0', written: '110', number: undefined },
    { format: 'country 1, prefix 1', written: '2025550100', number: '+12025550100' },
    { format: 'country 1, prefix 1', written: '12025550100', number: '+12025550100' },
    { format: 'country 1, prefix 1', written: '01149305550100', number: '+49305550100' },
    { format: 'country 45, no prefix', written: '45555010', number: '+4545555010' },
    { format: 'country 45, no prefix', written: '4532555010', number: '+4532555010' },
    { format: 'country 7, prefix 8', written: '84955550100', number: '+74955550100' },
    { format: 'country 7, prefix 8', written: '74955550100', number: '+74955550100' },
    { format: 'country 7, prefix 8', written: '81049305550100', number: '+49305550100' },
  ]
  test.each(cases)('$format: “$written” is $number', ({ format, written, number }) => {
    expect(numberIn(formats[format], written)).toBe(number)
  })
})

describe('an E.164 number as a trunk wants it dialled', () => {
  const german = formats['country 49, prefix 0']
  const cases: { what: string; format: TrunkNumbers; number: string; written: string }[] = [
    { what: 'as it is', format: plain, number: '+15550100', written: '+15550100' },
    { what: 'without its plus', format: { ...plain, out: 'e164' }, number: '+15550100', written: '15550100' },
    {
      what: 'with the way out of the country',
      format: { ...german, out: 'international' },
      number: '+15550100',
      written: '0015550100',
    },
    {
      what: 'nationally at home',
      format: { ...german, out: 'national' },
      number: '+49305550100',
      written: '0305550100',
    },
    {
      what: 'internationally elsewhere',
      format: { ...german, out: 'national' },
      number: '+15550100',
      written: '0015550100',
    },
    {
      what: 'with a plus where no way out is known',
      format: { ...plain, out: 'international' },
      number: '+15550100',
      written: '+15550100',
    },
    {
      what: 'behind the prefix of the trunk',
      format: { ...plain, out: 'e164', dialPrefix: '9*' },
      number: '+15550100',
      written: '9*15550100',
    },
  ]
  test.each(cases)('is written $what', ({ format, number, written }) => {
    expect(numberOut(format, number)).toBe(written)
  })

  test.each(['plus-e164', 'e164', 'national', 'international'] as const)(
    'comes back as it was when the trunk writes it %s',
    out => {
      for (const number of ['+49305550100', '+12025550100'])
        expect(
          numberIn(german, numberOut({ ...german, out: out === 'e164' ? 'international' : out }, number)),
        ).toBe(number)
    },
  )
})
