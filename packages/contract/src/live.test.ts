import { expect, test } from 'vitest'
import { liveMessage } from './live.ts'

test.each([
  ['a result that went well', { type: 'result', id: 'c1', ok: true, answer: 'v=0' }],
  ['a result without an answer', { type: 'result', id: 'c1', ok: true }],
  ['a refusal', { type: 'result', id: 'c1', ok: false, error: { code: 'call.gone', message: 'Gone.' } }],
  ['a probe', { type: 'probe', probe: 'p1', line: 'l1', packets: 10, afterMs: 500 }],
  ['the line that the gateway has', { type: 'line', line: 'l1' }],
  ['the word that it has none', { type: 'line', line: null }],
  ['a lost line', { type: 'line lost', line: 'l1' }],
  ['the word that another page took over', { type: 'replaced' }],
])('the live messages hold %s', (_name, message) => {
  expect(liveMessage.parse(message)).toEqual(message)
})

test('a refusal without its error is no live message', () => {
  expect(liveMessage.safeParse({ type: 'result', id: 'c1', ok: false }).success).toBe(false)
})
