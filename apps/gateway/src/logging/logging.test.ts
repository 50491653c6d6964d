import { describe, expect, it } from 'vitest'
import { RawNumber } from '../privacy/index.ts'
import { withoutNumbers } from './guard.rules.ts'
import { createLogger } from './index.ts'

function createTestLog(pretty = false) {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  return { log: createLogger({ name: 'test', level: 'trace', pretty, stream }), text: () => lines.join('') }
}

const number = '+34910000000'

describe('withoutNumbers', () => {
  it.each([
    ['call from +34910000000 ended', 'call from [number] ended'],
    ['From: "A" <sip:+12025550143@192.0.2.1>;tag=1', 'From: "A" <sip:[number]@192.0.2.1>;tag=1'],
    ['sip:2025550143@trunk', 'sip:[number]@trunk'],
    ['tel:+1-202-555-0143', 'tel:[number]'],
    ['?From=%2B12025550143&To=x', '?From=[number]&To=x'],
    ['+1 (202) 555-0143', '[number]'],
  ])('takes the number out of %o', (text, expected) => {
    expect(withoutNumbers(text)).toBe(expected)
  })

  it.each([
    '2026-11-21T01:39:08.123+00:00',
    'sip:operator@192.0.2.1:5060',
    'port 40000-40999',
    'seq=1234567890',
    'a+b=c +12',
  ])('leaves %o alone', text => {
    expect(withoutNumbers(text)).toBe(text)
  })
})

describe('the log', () => {
  it.each([false, true])('shows no number, wherever it stands (pretty: %s)', pretty => {
    const { log, text } = createTestLog(pretty)
    const cause = Object.assign(new Error(`no route to ${number}`), { detail: { uri: `sip:${number}@x` } })
    log.info({ caller: new RawNumber(number), nested: [{ from: number }] }, `arrived from ${number}`)
    log.error({ err: new Error('refused', { cause }) }, 'failed')
    log.error(cause)
    log.child({ leg: `tel:${number}` }).warn('%s', number)
    expect(text()).toContain('[number]')
    expect(text()).not.toContain('34910000000')
  })

  it('conceals fields with a secret name at any depth, in errors and in child loggers too', () => {
    const { log, text } = createTestLog()
    log.info({ account: { authToken: 'hunter2', list: [{ password: 'hunter2' }] }, cookie: 'hunter2' })
    log.error({ err: Object.assign(new Error('x'), { headers: { authorization: 'hunter2' } }) })
    log.child({ apiKey: 'hunter2' }).info({ digits: 'hunter2' }, 'x')
    expect(text()).not.toContain('hunter2')
    expect(text().match(/\[secret\]/g)).toHaveLength(6)
  })

  it('writes one line for people in the demo', () => {
    const { log, text } = createTestLog(true)
    log.info({ call: 'c1' }, 'arrived')
    expect(text()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}test: arrived call=c1\n$/)
  })
})
