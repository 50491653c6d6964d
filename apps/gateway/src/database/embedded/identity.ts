import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { EmbeddedPostgresError } from './embedded.errors.ts'

/**
 * As whom PostgreSQL runs. It refuses to run as root, so root starts it in a user namespace, where root's own files
 * appear to belong to `nobody`, or, where namespaces are forbidden (most containers), truly as `nobody`.
 */
export type Identity =
  | { type: 'direct' }
  | { type: 'namespace'; prefix: [string, ...string[]] }
  | { type: 'nobody'; uid: number; gid: number }

/** The environment of PostgreSQL's processes: nothing of ours, least of all the master key. */
const cleanEnvironment = { PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' }

export async function chooseIdentity(): Promise<Identity> {
  if (process.getuid?.() !== 0) return { type: 'direct' }
  const nobody = userNobody()
  const namespace: Identity = {
    type: 'namespace',
    prefix: ['unshare', '--user', `--map-user=${nobody.uid}`, '--'],
  }
  if (await succeeds(namespace, 'true', [])) return namespace
  const identity: Identity = { type: 'nobody', ...nobody }
  if (await succeeds(identity, 'true', [])) return identity
  throw new EmbeddedPostgresError(
    'postgres.no-identity',
    'PostgreSQL does not run as root, and this machine lets root neither make a user namespace nor change to the ' +
      'user nobody: start Ringdown as an ordinary user, or set DATABASE_URL',
  )
}

/** initdb looks its user up by number, so it must be one that exists. */
function userNobody(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find(entry => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) }
}

export function spawnAs(
  identity: Identity,
  program: string,
  args: string[],
  options: SpawnOptions,
): ChildProcess {
  const settings: SpawnOptions = { cwd: '/', env: cleanEnvironment, ...options }
  switch (identity.type) {
    case 'direct':
      return spawn(program, args, settings)
    case 'namespace': {
      const [unshare, ...before] = identity.prefix
      return spawn(unshare, [...before, program, ...args], settings)
    }
    case 'nobody':
      return spawn(program, args, { ...settings, uid: identity.uid, gid: identity.gid })
  }
}

/** Runs a program to its end. `output`: what it wrote to both streams. Never rejects. */
export function runAs(
  identity: Identity,
  program: string,
  args: string[],
  input?: string,
): Promise<{ ok: boolean; output: string }> {
  return new Promise(resolve => {
    const child = spawnAs(identity, program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    // A program that ends before it has read its input breaks the pipe; its exit code tells the story.
    child.stdin?.on('error', () => undefined)
    child.on('error', error => resolve({ ok: false, output: error.message }))
    child.on('close', code => resolve({ ok: code === 0, output }))
    child.stdin?.end(input ?? '')
  })
}

export async function succeeds(identity: Identity, program: string, args: string[]): Promise<boolean> {
  return (await runAs(identity, program, args)).ok
}

/** Who must own files so that this identity may use them. */
export function fileOwner(identity: Identity): { uid: number; gid: number } | undefined {
  if (identity.type === 'nobody') return { uid: identity.uid, gid: identity.gid }
  if (identity.type === 'namespace') return { uid: 0, gid: 0 }
  return undefined
}
