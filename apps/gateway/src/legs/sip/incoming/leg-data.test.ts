import { expect, test } from 'vitest'
import { legIdOf } from './leg-data.ts'

const flow = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const

test('the same INVITE is the same leg, also from another port; another peer’s is another', () => {
  const id = legIdOf('server ["z9hG4bK1"]', flow)
  expect(legIdOf('server ["z9hG4bK1"]', { ...flow, port: 5061 })).toBe(id)
  expect(legIdOf('server ["z9hG4bK2"]', flow)).not.toBe(id)
  expect(legIdOf('server ["z9hG4bK1"]', { ...flow, address: '192.0.2.2' })).not.toBe(id)
})
