import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type ChildrenRecord, readChildrenRecord } from './children-record.ts'
import { isAlive, type ProcessIdentity, signal, waitUntilGone } from './process-identity.ts'
import type { ChildName } from './supervision.state.ts'

/** ms that an abandoned process gets to end by itself. */
const usualPatience = 10_000

/**
 * Ends what a previous run left behind and removes its sockets; returns the names of what had to be ended.
 * Same order as a stop: control writes its endings while the workers and the database are still there.
 */
export async function endLeftovers(runDirectory: string, patience: number): Promise<ChildName[]> {
  const ended = await endRecorded(readChildrenRecord(runDirectory), patience)
  for (const file of readdirSync(runDirectory)) {
    if (file.endsWith('.sock')) rmSync(join(runDirectory, file), { force: true })
  }
  return ended
}

async function endRecorded(record: ChildrenRecord, patience: number): Promise<ChildName[]> {
  const found = (Object.keys(record) as ChildName[]).filter(name => isStillThere(record, name))
  const tiers: ((name: ChildName) => boolean)[] = [
    name => name === 'control',
    name => name.startsWith('worker '),
    name => name === 'database',
  ]
  for (const isInTier of tiers) {
    await Promise.all(found.filter(isInTier).map(name => endProcess(record[name], name, patience)))
  }
  return found
}

function isStillThere(record: ChildrenRecord, name: ChildName): boolean {
  const identity = record[name]
  return identity !== undefined && isAlive(identity)
}

/** Asks politely (PostgreSQL in its own way), after `patience` ms does not ask. */
export async function endProcess(
  identity: ProcessIdentity | undefined,
  name: ChildName,
  patience = usualPatience,
): Promise<void> {
  if (!identity) return
  // SIGINT is PostgreSQL's fast shutdown: it closes connections and writes a checkpoint. SIGTERM would wait for clients.
  signal(identity, name === 'database' ? 'SIGINT' : 'SIGTERM')
  if (await waitUntilGone(identity, { within: patience })) return
  signal(identity, 'SIGKILL')
  await waitUntilGone(identity, { within: usualPatience })
}
