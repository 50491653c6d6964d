import { expect, test } from 'vitest'
import { grouped } from './grouping.rules.ts'

test.each([
  ['abcdefgh', ['abcd', 'efgh']],
  ['abcdef', ['abcd', 'ef']],
  ['', []],
])('%j is read in fours', (text, parts) => {
  expect(grouped(text).map(({ part }) => part)).toEqual(parts)
})
