import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Ban } from '../legs/sip/index.ts'
import { createLogger } from '../logging/index.ts'
import { tellBan } from './tell-ban.ts'

const filter = readFileSync(join(import.meta.dirname, '../../../../deploy/fail2ban/filter.conf'), 'utf8')

const setting = (name: string): string => new RegExp(`^${name} = (.*)$`, 'm').exec(filter)?.[1] ?? ''

/** The expression as fail2ban makes it of the filter: what it calls ADDR is the address of whoever is kept out. */
const expression = (mode: 'proven' | 'all') =>
  new RegExp(
    setting('failregex')
      .replace('<_proven-<mode>>', setting(`_proven-${mode}`))
      .replace('<_fields>', setting('_fields'))
      .replace('<ADDR>', '([0-9a-f:.]+)'),
  )

function lineOf(ban: Partial<Ban>): string {
  const lines: string[] = []
  const log = createLogger({
    name: 'control',
    level: 'info',
    stream: { write: line => void lines.push(line) },
  })
  tellBan(log, { address: '192.0.2.1', what: 'authentication', seconds: 600, isProven: true, ...ban })
  expect(lines).toHaveLength(1)
  return lines[0]!.trimEnd()
}

describe('the line of a ban', () => {
  test('has the fields that are promised, and nothing else of the source', () => {
    const { level, time, pid, hostname, ...rest } = JSON.parse(lineOf({}))
    expect(rest).toEqual({
      name: 'control',
      address: '192.0.2.1',
      what: 'authentication',
      seconds: 600,
      proven: true,
      msg: 'sip source banned',
    })
    expect([level, typeof time, typeof pid, typeof hostname]).toEqual([40, 'number', 'number', 'string'])
  })

  test.each(['192.0.2.1', '2001:db8::1'])('of %s is read by the fail2ban filter that is shipped', address => {
    expect(expression('proven').exec(lineOf({ address }))?.[1]).toBe(address)
  })

  test('of a source that may be forged is read by it only when it is told to', () => {
    const line = lineOf({ isProven: false, what: 'stranger' })
    expect(expression('proven').test(line)).toBe(false)
    expect(expression('all').exec(line)?.[1]).toBe('192.0.2.1')
  })

  test('cannot be written by a peer into a text that some other line repeats', () => {
    const lines: string[] = []
    const log = createLogger({
      name: 'control',
      level: 'info',
      stream: { write: text => void lines.push(text) },
    })
    log.warn({ reason: `x","name":"control",${lineOf({}).slice(1)}` }, lineOf({}))
    expect(expression('all').test(lines[0]!.trimEnd())).toBe(false)
  })
})
