import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { callerNumberAnyhow } from './callers.ts'
import type { TestGateway } from './gateway.ts'

/** Somewhere that a caller's number must not stand, and what stands there. */
export type Place = { where: string; text: string }

/** What all callers' numbers share, as bytes would show it: in hex, and in base64 at its three alignments. */
const digits = '5550177'
const hidden = [
  Buffer.from(digits).toString('hex'),
  ...[0, 1, 2].map(shift =>
    Buffer.from('?'.repeat(shift) + digits)
      .toString('base64')
      .slice(shift === 0 ? 0 : shift + 1, shift === 0 ? 8 : -4),
  ),
]

/** The places in which a caller's number can be read, with the words around it. */
export function findLeaks(places: readonly Place[]): string[] {
  return places.flatMap(({ where, text }) => {
    const at = firstLeak(text)
    return at === -1 ? [] : [`${where}: …${text.slice(Math.max(0, at - 60), at + 40)}…`]
  })
}

function firstLeak(text: string): number {
  const plain = text.search(callerNumberAnyhow)
  if (plain !== -1) return plain
  for (const spelling of hidden) {
    const at = text.indexOf(spelling)
    if (at !== -1) return at
  }
  return -1
}

/** Every column of every row that the gateway's roles can read, as PostgreSQL writes it (bytea in hex). */
export async function databaseDump(gateway: TestGateway): Promise<Place[]> {
  const places: Place[] = []
  for (const role of ['engine', 'auth', 'owner'] as const) {
    const tables = await gateway.sql<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'm', 'v', 'p') and n.nspname !~ '^(pg_|information_schema)'
           and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')`,
      [],
      role,
    )
    for (const { name } of tables) {
      const rows = await gateway.sql<{ row: string }>(`select t::text as row from ${name} t`, [], role)
      for (const { row } of rows) places.push({ where: `table ${name}`, text: row })
    }
  }
  return places
}

/** Arguments and environment of the supervisor and everything below it. */
export function processPlaces(gateway: TestGateway): Place[] {
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const stat = readProc(`/proc/${entry}/stat`)
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)])
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)]
  const roots = [gateway.pid('supervisor'), ...Object.values(gateway.children()).map(child => child.pid)]
  return [...new Set(roots.flatMap(below))].flatMap(pid =>
    ['cmdline', 'environ'].map(file => ({
      where: `/proc/${pid}/${file}`,
      text: readProc(`/proc/${pid}/${file}`),
    })),
  )
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // It ended between the listing and now.
    return ''
  }
}

/** Every file that the gateway keeps, byte for byte: the database's own with its write-ahead log, spool, logs, records. */
export function dataPlaces(gateway: TestGateway): Place[] {
  const home = join(gateway.dataDir, '..')
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).flatMap(name => {
    const path = join(home, name)
    return statSync(path, { throwIfNoEntry: false })?.isFile() ? [{ where: name, text: readProc(path) }] : []
  })
}
