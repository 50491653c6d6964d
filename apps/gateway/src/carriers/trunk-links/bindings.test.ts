import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBindings } from './bindings.ts'
import { createBindingsFile } from './bindings-file.ts'

let folder: string
let path: string
let now: number
let troubles: unknown[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-bindings-'))
  path = join(folder, 'registrations.json')
  now = 1_800_000_000_000
  troubles = []
})
afterEach(() => rmSync(folder, { recursive: true }))

/** As a control that has just started knows them. */
const bindings = () =>
  createBindings(
    createBindingsFile(path, error => void troubles.push(error)),
    { now: () => now },
  )

const place = { trunk: 'one', host: 'sip.example.net' }
const bound = () => ({ address: '192.0.2.1', until: now + 600_000 })

describe('where we are registered', () => {
  test('is known to the next control, until the registration ends', () => {
    bindings().set(place, bound())
    const next = bindings()
    expect(next.trunkAt('192.0.2.1')).toBe('one')
    expect(next.trunkAt('192.0.2.2')).toBeUndefined()
    now += 600_000
    expect(next.trunkAt('192.0.2.1')).toBeUndefined()
  })

  test('is what each host says: another address takes the place of the one before, a refusal ends it', () => {
    const all = bindings()
    all.set(place, bound())
    all.set({ ...place, host: 'backup.example.net' }, { ...bound(), address: '192.0.2.9' })
    all.set(place, { ...bound(), address: '192.0.2.2' })
    expect(['192.0.2.1', '192.0.2.2', '192.0.2.9'].map(bindings().trunkAt)).toEqual([undefined, 'one', 'one'])
    all.set(place, undefined)
    expect(['192.0.2.2', '192.0.2.9'].map(bindings().trunkAt)).toEqual([undefined, 'one'])
  })

  test('is forgotten of trunks and hosts that are no more', () => {
    bindings().set(place, bound())
    const next = bindings()
    next.retain([place])
    expect(next.trunkAt('192.0.2.1')).toBe('one')
    next.retain([{ ...place, host: 'other.example.net' }])
    expect(bindings().trunkAt('192.0.2.1')).toBeUndefined()
  })

  test('is nowhere when what was written cannot be read', () => {
    writeFileSync(path, '{"trunk":')
    expect(bindings().trunkAt('192.0.2.1')).toBeUndefined()
    expect(troubles).toHaveLength(1)
    bindings().set(place, bound())
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(1)
  })

  test('is kept in memory where nothing can be written', () => {
    path = join(folder, 'no such folder', 'registrations.json')
    const all = bindings()
    all.set(place, bound())
    expect(all.trunkAt('192.0.2.1')).toBe('one')
    expect(troubles).toHaveLength(1)
  })
})
