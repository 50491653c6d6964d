import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Entry } from './journal.port.ts'
import { openSpool } from './spool.ts'
import { createTestInputs, createTestStates, noon } from './testing/create-test-states.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-spool-'))
  path = join(folder, 'journal.spool')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const entry = (sequence: number): Entry => ({
  call: 'call-1',
  sequence,
  at: noon,
  input: createTestInputs().hold,
  state: createTestStates().held,
  writes: [],
})

it('gives back what was added, in order, to the next process too', () => {
  const spool = openSpool(path)
  expect([spool.isEmpty, spool.entries()]).toEqual([true, []])
  spool.add(entry(2))
  spool.add(entry(3))
  expect(spool.entries()).toEqual([entry(2), entry(3)])
  const next = openSpool(path)
  expect([next.isEmpty, next.entries()]).toEqual([false, [entry(2), entry(3)]])
})

it('drops a line that was torn by a power loss, and writes on cleanly', () => {
  openSpool(path).add(entry(2))
  appendFileSync(path, '{"call":"call-1","seq')
  const spool = openSpool(path)
  expect(spool.entries()).toEqual([entry(2)])
  spool.add(entry(3))
  expect(openSpool(path).entries()).toEqual([entry(2), entry(3)])
})

it('opens a file that holds nothing but a torn line', () => {
  writeFileSync(path, '{"call"')
  const spool = openSpool(path)
  expect(spool.isEmpty).toBe(true)
  spool.add(entry(2))
  expect(openSpool(path).entries()).toEqual([entry(2)])
})

it('reads all other entries when a line in the middle is damaged, says so, and keeps the file beside', () => {
  const spool = openSpool(path)
  spool.add(entry(2))
  appendFileSync(path, '{"call":"call-1"}\n7\n\u0000\u0000\n')
  spool.add(entry(3))
  const before = readFileSync(path)
  const damaged: number[] = []
  const next = openSpool(path, lines => damaged.push(lines))
  expect(next.entries()).toEqual([entry(2), entry(3)])
  expect(damaged).toEqual([3])
  next.clear()
  expect(readFileSync(`${path}.damaged`)).toEqual(before)
  expect(openSpool(path).isEmpty).toBe(true)
})

it('is empty after it was cleared, and can be used again', () => {
  const spool = openSpool(path)
  spool.add(entry(2))
  spool.clear()
  spool.clear()
  expect([spool.isEmpty, spool.entries(), openSpool(path).isEmpty]).toEqual([true, [], true])
  spool.add(entry(3))
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2)
})
