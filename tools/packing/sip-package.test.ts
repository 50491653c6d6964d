import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const source = join(root, 'packages/sip')
const patienceMs = 60_000

let folder: string
/** A project outside the repository that has the package as npm would have put it there. */
let outside: string

// On a copy: the manifest of the package is another while it is packed.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-sip-package-'))
  for (const path of ['packages/sip', 'tools/packing', 'tsconfig.base.json', 'LICENSE'])
    cpSync(join(root, path), join(folder, 'copy', path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'copy/node_modules'))
  const cwd = join(folder, 'copy/packages/sip')
  execFileSync('npm', ['pack', '--silent', '--offline', '--pack-destination', folder], { cwd })
  const { version } = manifestOf(cwd)
  outside = join(folder, 'outside')
  const place = join(outside, 'node_modules/@ringdown/sip')
  mkdirSync(place, { recursive: true })
  execFileSync('tar', [
    ...['-xzf', join(folder, `ringdown-sip-${version}.tgz`)],
    ...['-C', place, '--strip-components=1'],
  ])
}, patienceMs)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const manifestOf = (place: string) => JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))

function write(name: string, lines: readonly string[]): string {
  const file = join(outside, name)
  writeFileSync(file, lines.join('\n'))
  return file
}

describe('the package of SIP as npm publishes it', () => {
  test('parses a message where there is nothing but it', () => {
    const file = write('parse.mjs', [
      "import { fromOf, parseMessage } from '@ringdown/sip'",
      "import { TORTURE } from '@ringdown/sip/torture'",
      "const lines = ['OPTIONS sip:example.com SIP/2.0', 'v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1', 'Max-Forwards: 70',",
      "  'f: <sip:alice@example.com>;tag=1', 't: <sip:example.com>', 'i: 1', 'CSeq: 1 OPTIONS', '', '']",
      "const read = parseMessage(new TextEncoder().encode(lines.join('\\r\\n')), { transport: 'datagram' })",
      'console.log(read.ok && fromOf(read.message)?.uri, TORTURE.length > 49)',
    ])
    const said = execFileSync(process.execPath, [file], { encoding: 'utf8' })
    expect(said.trim()).toBe('sip:alice@example.com true')
  })

  test('brings its types along, without those of Node or a browser', { timeout: patienceMs }, () => {
    const file = write('types.ts', [
      "import { parseMessage, type ParseResult } from '@ringdown/sip'",
      "export const read: ParseResult = parseMessage(new Uint8Array(), { transport: 'datagram' })",
      '// @ts-expect-error: the types are there, so this is wrong',
      'export const wrong: number = read',
    ])
    const options = { strict: true, noEmit: true, types: [], lib: ['lib.es2024.d.ts'] }
    const program = ts.createProgram([file], { ...options, module: ts.ModuleKind.NodeNext })
    const problems = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)
    expect(problems).toEqual([])
  })

  test('needs no other package, and holds no test', () => {
    const place = join(outside, 'node_modules/@ringdown/sip')
    const manifest = manifestOf(place)
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).not.toHaveProperty('private')
    const files = execFileSync('find', [place, '-type', 'f'], { encoding: 'utf8' })
    expect(files).not.toMatch(/\.test\.|\/testing\/|\/simulation\//)
    expect(files).toMatch(/\/LICENSE\n/)
    expect(files).toMatch(/\/README\.md\n/)
  })

  test('leaves the manifest of the workspace as it was', () => {
    expect(manifestOf(join(folder, 'copy/packages/sip'))).toEqual(manifestOf(source))
  })
})

test('every name at the door of the SIP package has a docstring, or stands in the README', {
  timeout: patienceMs,
}, () => {
  const doors = ['src/index.ts', 'src/torture/index.ts'].map(file => join(source, file))
  const readme = readFileSync(join(source, 'README.md'), 'utf8')
  const { config } = ts.readConfigFile(join(source, 'tsconfig.build.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(doors[0]!))
  const program = ts.createProgram(doors, options)
  const checker = program.getTypeChecker()
  const names = doors.flatMap(door =>
    checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(door)!)!),
  )
  const undocumented = names.filter(name => {
    const origin = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name
    const isDocumented = origin.getDocumentationComment(checker).length > 0
    return !isDocumented && !new RegExp(`\\b${name.name}\\b`).test(readme)
  })
  expect(names.length).toBeGreaterThan(300)
  expect(undocumented.map(({ name }) => name)).toEqual([])
})
