import { createRequest, createResponse, type Flow, type SipRequest } from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import { createTestClock } from '../../legs/stream/doubles.ts'
import { askHost } from './ask-host.ts'
import type { SipOutcome } from './trunk-links.port.ts'

const place = (address: string): Flow => ({ transport: 'udp', address, port: 5060 })
const [one, two] = [place('192.0.2.1'), place('192.0.2.2')]

const build = (): SipRequest =>
  createRequest({
    method: 'OPTIONS',
    uri: 'sip:carrier.example',
    from: { uri: 'sip:us@192.0.2.9', params: [{ name: 'tag', value: 'ours' }] },
    to: { uri: 'sip:carrier.example', params: [] },
    callId: 'one',
    cseq: 1,
  })

/** What is known of places after these answered so, the first first. */
async function asked(...outcomes: (number | Extract<SipOutcome, string>)[]) {
  const told: string[] = []
  await askHost(
    { host: { host: 'carrier.example', port: null, transport: null }, prefer: undefined, build },
    {
      locate: async () => [one, two],
      clock: createTestClock(),
      async request(message) {
        const outcome = outcomes.shift() ?? 'timeout'
        const headers = outcome === 503 ? [{ name: 'Retry-After', value: '120' }] : []
        return typeof outcome === 'string' ? outcome : createResponse(message, outcome, { headers })
      },
      avoid: ({ flow, forMs }) =>
        void told.push(`avoid ${flow.address}${forMs === undefined ? '' : ` ${forMs} ms`}`),
      reached: ({ address }) => void told.push(`reached ${address}`),
    },
  )
  return told
}

describe('what OPTIONS and REGISTER find out of a place counts for calls too (RFC 3263 §4.3):', () => {
  test.each([
    ['one that is silent is avoided', ['timeout', 200], ['avoid 192.0.2.1', 'reached 192.0.2.2']],
    ['so is one that is not there', ['transport error', 200], ['avoid 192.0.2.1', 'reached 192.0.2.2']],
    [
      'or has no service, for as long as it says (RFC 3261 §21.5.4)',
      [503, 503],
      ['avoid 192.0.2.1 120000 ms', 'avoid 192.0.2.2 120000 ms'],
    ],
    ['whoever refuses is there', [403], ['reached 192.0.2.1']],
  ] as const)('%s', async (_what, outcomes, told) => {
    expect(await asked(...outcomes)).toEqual(told)
  })
})
