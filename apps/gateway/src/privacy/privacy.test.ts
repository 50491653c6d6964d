import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { normaliseNumber } from './caller-number.rules.ts'
import { RawNumber } from './index.ts'
import { makeMask } from './mask.rules.ts'
import { loadMasterKey, masterKey } from './master-key.ts'
import { createSealer } from './seal.ts'

const code = (wanted: string) => expect.objectContaining({ code: wanted })

describe('the seal', () => {
  const sealer = createSealer(masterKey(Buffer.alloc(32, 1)))
  const place = { purpose: 'caller-number', row: 'caller_1' } as const

  it('opens what it sealed, and never seals the same way twice', () => {
    const once = sealer.seal({ ...place, text: '+34910000000' })
    expect(sealer.open({ ...place, sealed: once })).toBe('+34910000000')
    expect(sealer.seal({ ...place, text: '+34910000000' }).equals(once)).toBe(false)
    expect(once.includes('34910000000')).toBe(false)
  })

  it('opens nothing in which any single byte was changed', () => {
    const sealed = sealer.seal({ ...place, text: 'tango' })
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed)
      changed[index]! ^= 1
      expect(() => sealer.open({ ...place, sealed: changed })).toThrow(code('privacy.unsealable'))
    }
  })

  it.each([
    ['another row', { purpose: 'caller-number', row: 'caller_2' } as const],
    ['another purpose', { purpose: 'leg', row: 'caller_1' } as const],
  ])('does not open for %s', (_, elsewhere) => {
    const sealed = sealer.seal({ ...place, text: 'tango' })
    expect(() => sealer.open({ ...elsewhere, sealed })).toThrow(code('privacy.unsealable'))
  })

  it('does not open with another master key, nor when cut short', () => {
    const sealed = sealer.seal({ ...place, text: 'tango' })
    const other = createSealer(masterKey(Buffer.alloc(32, 2)))
    expect(() => other.open({ ...place, sealed })).toThrow(code('privacy.unsealable'))
    for (const length of [0, 4, 12, 30]) {
      expect(() => sealer.open({ ...place, sealed: sealed.subarray(0, length) })).toThrow(
        code('privacy.unsealable'),
      )
    }
  })
})

describe('RawNumber', () => {
  it('shows nothing to whatever prints, joins or serialises it', () => {
    const number = new RawNumber('+34910000000')
    const seen = [
      `${number}`,
      String(number),
      JSON.stringify({ number }),
      inspect({ number }, { showHidden: true }),
    ]
    expect(seen.join()).not.toContain('3491')
    expect(JSON.stringify(Object.entries(number))).toBe('[]')
  })
})

describe('normaliseNumber', () => {
  it.each([
    ['+1 (202) 555-0143', '+12025550143'],
    ['0034 910 000 000', '+34910000000'],
    ['12025550143', '+12025550143'],
    ['2025550143', '2025550143'],
    ['SIPp', 'sipp'],
    ['anonymous', undefined],
    ['Restricted', undefined],
    ['+266696687', undefined],
    ['', undefined],
  ])('makes %o into %o', (text, expected) => {
    expect(normaliseNumber(text)).toBe(expected)
  })
})

describe('makeMask', () => {
  it('is two words and a number, longer on demand', () => {
    expect(makeMask(() => 0)).toBe('Alpine Alpaca 10')
    expect(makeMask(below => below - 1, 3)).toMatch(/^\w+ \w+ 999$/)
  })
})

describe('loadMasterKey', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringdown-key-'))
  })
  afterEach(() => rm(folder, { recursive: true }))
  const own = () => ({
    source: { type: 'own', folder: join(folder, 'keys') } as const,
    dataDir: join(folder, 'data'),
  })

  it('makes its own key once, readable by nobody else, away from the data', async () => {
    const first = await loadMasterKey(own())
    const again = await loadMasterKey(own())
    expect(again.id).toBe(first.id)
    const [name] = await readdir(join(folder, 'keys'))
    expect((await stat(join(folder, 'keys', name!))).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder, 'data'))).toEqual(['master-key-id'])
  })

  it('refuses to make a second key where the first one is lost', async () => {
    await loadMasterKey(own())
    await rm(join(folder, 'keys'), { recursive: true })
    await expect(loadMasterKey(own())).rejects.toEqual(code('privacy.key-missing'))
  })

  it('refuses a key that the data was not made with', async () => {
    await loadMasterKey(own())
    const value = Buffer.alloc(32, 9).toString('base64')
    const dataDir = join(folder, 'data')
    await expect(loadMasterKey({ source: { type: 'value', value }, dataDir })).rejects.toEqual(
      code('privacy.key-wrong'),
    )
  })

  it('reads a key file, and says which one is missing or malformed without showing it', async () => {
    const path = join(folder, 'key')
    const load = () => loadMasterKey({ source: { type: 'file', path }, dataDir: join(folder, 'data') })
    await expect(load()).rejects.toThrow(path)
    await writeFile(path, 'hunter2')
    await expect(load()).rejects.toThrow(/^((?!hunter2).)*$/s)
    await writeFile(path, Buffer.alloc(32, 5).toString('base64'))
    expect((await load()).id).toBe(masterKey(Buffer.alloc(32, 5)).id)
  })
})
