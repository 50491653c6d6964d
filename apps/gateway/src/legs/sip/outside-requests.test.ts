import type { Flow, SipRequest } from '@ringdown/sip'
import { createRequest } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestBench, type TestBench } from './test-bench.ts'

let bench: TestBench

beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

const toPhone = (): Flow => ({ transport: 'udp', address: '127.0.0.1', port: bench.phone.port })

function register(): SipRequest {
  const party = { uri: 'sip:alice@127.0.0.1', params: [] }
  const from = { ...party, params: [{ name: 'tag', value: 'from' }] }
  return createRequest({
    method: 'REGISTER',
    uri: 'sip:127.0.0.1',
    from,
    to: party,
    callId: 'outside',
    cseq: 1,
  })
}

describe('a request that belongs to no call', () => {
  test('is given its final answer, whatever came before it (RFC 3261 §17.1.2)', async () => {
    const outcome = bench.driver().request(register(), toPhone())
    const received = await bench.phone.request('REGISTER')
    await bench.phone.answer(received, 100)
    await bench.phone.answer(received, 403)
    expect(await outcome).toMatchObject({ kind: 'response', status: 403 })
  })

  test('that nobody answers has timed out after Timer F', async () => {
    const outcome = bench.driver().request(register(), toPhone())
    await bench.phone.request('REGISTER')
    bench.clock.advance(32_000)
    expect(await outcome).toBe('timeout')
  })

  test('that cannot be sent is a transport error', async () => {
    const nowhere: Flow = { transport: 'tcp', address: '127.0.0.1', port: 1 }
    expect(await bench.driver().request(register(), nowhere)).toBe('transport error')
  })

  test('is not waited for when the driver closes, nor sent after that', async () => {
    const outcome = bench.driver().request(register(), toPhone())
    await bench.phone.request('REGISTER')
    await bench.driver().close()
    expect(await outcome).toBe('transport error')
    expect(await bench.driver().request(register(), toPhone())).toBe('transport error')
  })

  test('comes from the address that its Contact names', () => {
    expect(bench.driver().ownAddress(toPhone())).toEqual({ host: '127.0.0.1', port: bench.port })
  })
})
