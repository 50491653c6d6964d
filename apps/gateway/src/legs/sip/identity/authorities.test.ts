import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestCertificate } from '../crypto/test-authority.ts'
import { readAuthorities } from './authorities.ts'

const folder = mkdtempSync(join(tmpdir(), 'ringdown-authorities-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(text: string): string {
  const path = join(folder, 'list.pem')
  writeFileSync(path, text)
  return path
}

const authorities = Array.from({ length: 20 }, (_, number) =>
  createTestCertificate({ name: `Authority ${number}`, ca: true }),
)
const carrier = createTestCertificate({ name: 'Carrier' })

test('every authority of the list is read, with whatever is written between them', () => {
  const path = fileOf(authorities.map(({ name, pem }) => `# ${name}\n${pem}`).join('\n'))
  expect(readAuthorities(path).map(one => one.fingerprint256)).toEqual(
    authorities.map(one => one.certificate.fingerprint256),
  )
})

test.each([
  ['nothing', '', 'no certificate in PEM is in it'],
  ['a certificate of a carrier', authorities[0]!.pem + carrier.pem, 'none of an authority'],
  ['a damaged certificate', authorities[0]!.pem.replace('MII', 'XXX'), 'cannot be read'],
])('a list with %s is refused in words, with its path', (_, text, words) => {
  expect(() => readAuthorities(fileOf(text))).toThrow(words)
  expect(() => readAuthorities(fileOf(text))).toThrow(`RINGDOWN_IDENTITY_AUTHORITIES names ${folder}`)
})

test('a list that is not there is named', () => {
  expect(() => readAuthorities(join(folder, 'none.pem'))).toThrow('there is no such file')
  expect(() => readAuthorities(folder)).toThrow('it cannot be read (EISDIR)')
})
