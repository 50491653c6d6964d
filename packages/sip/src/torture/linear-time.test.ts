import { Session } from 'node:inspector/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diversionsOf, historyOf } from '../message/fields/diversion.ts'
import { retryAfterOf } from '../message/fields/expiry.ts'
import { bodyPartsOf } from '../message/fields/multipart.ts'
import { warningsOf } from '../message/fields/warnings.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import { parseMessage } from '../message/parse.ts'
import type { ParseLimits } from '../message/parse-result.ts'
import { serializeMessage } from '../message/serialize.ts'
import { StreamFramer } from '../message/stream-framer.ts'
import { parseUri, serializeUri } from '../message/uri.ts'
import { encodeUtf8 } from '../message/utf8.ts'
import { parseSdp } from '../sdp/parse.ts'
import { type BlockCounter, countWork, type Work } from './work.ts'

/** So far away that every input is read to its end. */
const LIMITS: ParseLimits = {
  messageBytes: 2 ** 24,
  bodyBytes: 2 ** 24,
  headers: 2 ** 20,
  lineLength: 2 ** 24,
  uriLength: 2 ** 24,
}

const session = new Session()
const blocks: BlockCounter = {
  start: async () => {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  },
  take: async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return result
      .filter(({ url }) => url.includes('packages/sip/src/') && !url.includes('/torture/'))
      .flatMap(script => script.functions)
      .flatMap(({ ranges }) => ranges)
      .reduce((sum, { count }) => sum + count, 0)
  },
}

beforeAll(() => blocks.start())
afterAll(() => session.disconnect())

const HEAD = [
  'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
  'From: <sip:a@example.com>;tag=1',
  'To: <sip:b@example.com>',
  'Call-ID: 1',
  'CSeq: 1 INVITE',
].join('\r\n')

/** Puts text everywhere a stranger can put it. */
function readEverything(text: string): void {
  const request = (uri: string, header: string, body = ''): Uint8Array =>
    encodeUtf8(`INVITE ${uri} SIP/2.0\r\n${HEAD}\r\n${header}\r\n\r\n${body}`)
  for (const name of ['Via', 'Contact', 'Subject', 'CSeq', 'Call-ID', 'Content-Length', '']) {
    const bytes = request('sip:a@example.com', `${name}: ${text}`)
    const parsed = parseMessage(bytes, { transport: 'datagram', limits: LIMITS })
    if (parsed.ok) serializeMessage(parsed.message)
  }
  parseMessage(request(text, 'X: 1'), { transport: 'datagram', limits: LIMITS })
  parseMessage(encodeUtf8(text), { transport: 'datagram', limits: LIMITS })
  new StreamFramer(LIMITS).push(encodeUtf8(text))
  const uri = parseUri(`sip:${text}`)
  if (uri !== undefined) serializeUri(uri)
  parseUri(`tel:${text}`)
  parseNameAddr(text)
  parseSdp(`v=0\r\n${text}`)
  readFields(text)
}

function readFields(text: string): void {
  const headers = ['History-Info', 'Diversion', 'Warning', 'Retry-After'].map(name => ({ name, value: text }))
  const message = { kind: 'response', status: 200, reason: '', headers, body: new Uint8Array(0) } as const
  historyOf(message)
  diversionsOf(message)
  warningsOf(message)
  retryAfterOf(message)
  const type = [{ name: 'Content-Type', value: 'multipart/mixed;boundary=b' }]
  bodyPartsOf({ headers: type, body: encodeUtf8(text) })
}

const SIZE = 800
const workOf = (piece: string, times: number): Promise<Work> =>
  countWork(blocks, () => readEverything(piece.repeat(times)))

/** Twice the input may cost twice the work, and what does not grow with it. Quadratic work would be four times. */
async function expectLinear(piece: string, times: number): Promise<void> {
  const once = await workOf(piece, times)
  const twice = await workOf(piece, times * 2)
  expect(twice.blocks).toBeLessThan(once.blocks * 2.2 + 2000)
  expect(twice.units).toBeLessThan(once.units * 2.2 + 20_000)
}

test('the measure sees quadratic work', async () => {
  const tails = (n: number) => {
    const text = 'a'.repeat(n)
    return countWork(blocks, () => void Array.from(text, (_, i) => text.slice(i)))
  }
  expect((await tails(400)).units).toBeGreaterThan((await tails(200)).units * 3.5)
})

describe('work grows no faster than the input', () => {
  test.each([
    ...[
      'a',
      ' ',
      '\t',
      '"',
      '\\',
      '"\\',
      ',',
      ';',
      ':',
      '@',
      '<',
      '>',
      '<>',
      '(',
      ')',
      '=',
      '?',
      '&',
      '/',
      '%',
    ],
    ...[
      '[',
      ']',
      '[:',
      '::',
      '.',
      '1',
      '-',
      '\0',
      '\r',
      '\n',
      '\r\n',
      '\r\n ',
      '\r\n\r\n',
      '\r\nX: 1',
      'é',
      '\ud800',
    ],
    ...[
      '"a" ',
      ';a=b',
      ';a="b"',
      ',<sip:a@b>',
      'a b ',
      ' SIP/2.0',
      'SIP/2.0/UDP ',
      '%41',
      '(()) ',
      ' ,',
      '; ;',
      '= ',
    ],
    ...[
      '\r\nl: 0',
      '\r\n--b',
      '\r\n--b\r\n\r\n',
      '\r\nm=audio 1 RTP/AVP 0',
      '\r\na=x',
      '1.1.1.1',
      '307 a "b",',
      'a.b.c,',
    ],
  ])('for %j', { timeout: 60_000 }, async piece => {
    await expectLinear(piece, SIZE)
  })

  test('for whatever else is repeated', async () => {
    const alphabet = [...'a1 \t"\\,;:@<>()=?&/%[].-\r\n\0', '\r\n', 'SIP/2.0', 'sip:', '--b']
    const pieces = fc.array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(pieces, parts => expectLinear(parts.join(''), 150)),
      { numRuns: 30 },
    )
  }, 60_000)
})

// What a pattern costs inside, no counter sees. Two shapes make backtracking dear, and neither may occur: a repetition that
// is repeated without a separator before it, and a search from anywhere with something behind a repetition.
const REPEATED_REPETITION = /\((?:\?:)?(?:\[|\.|\\[dswDSW])[^)]*[+*][^)]*\)[+*]/
const SEARCH_BEHIND_REPETITION = /^[^^].*[+*].*[^+*)]/

test('no pattern can backtrack more than linearly', async () => {
  const inputs = [
    ...['sip:a@[::1]:5060;lr?a=b', '"a" <sip:a@b>;tag=1', '307 a "b"', '120 (a);duration=1', '..a;info=<b>'],
    ...[
      '<sip:a@b>;index=1.1',
      'SIP/2.0/UDP a;branch=1',
      '\r\nm=audio 1 RTP/AVP 0\r\na=x:y',
      '1 INVITE',
      '+1555',
    ],
  ]
  const { patterns } = await countWork(blocks, () => {
    for (const input of inputs) readEverything(input)
  })
  expect(patterns.size).toBeGreaterThan(20)
  const outside = [...patterns].map(source => source.replace(/\[(?:\\.|[^\]\\])*\]/g, '[]'))
  expect(outside.filter(source => REPEATED_REPETITION.test(source))).toEqual([])
  expect(outside.filter(source => SEARCH_BEHIND_REPETITION.test(source))).toEqual([])
})
