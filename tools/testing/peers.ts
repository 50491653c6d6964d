import { accessSync, constants, existsSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { elapsed, runProgram } from '../run-program.ts'

/** Programs of Debian that the tests talk to: a browser, a SIP load generator, an ear for it, a SIP phone, a SIP server, a relay. */
const peers = [
  { program: 'chromium', debianPackage: 'chromium' },
  { program: 'sipp', debianPackage: 'sip-tester' },
  { program: 'tshark', debianPackage: 'tshark' },
  { program: 'baresip', debianPackage: 'baresip-core' },
  { program: 'kamailio', debianPackage: 'kamailio' },
  { program: 'turnserver', debianPackage: 'coturn' },
]

/** Parts of them that are no programs. Debian keeps them in a folder of the architecture. */
const modules = [
  { file: '/usr/lib/*/kamailio/modules/tls.so', debianPackage: 'kamailio-tls-modules' },
  { file: '/usr/lib/*/kamailio/modules/websocket.so', debianPackage: 'kamailio-websocket-modules' },
]

/** Debian asks this program whether a freshly installed daemon may start (invoke-rc.d(8)); 101 = no. */
const daemonPolicy = '/usr/sbin/policy-rc.d'

/** Installs what is missing where this user may; otherwise throws with the command that would. */
export async function installPeers(say: (line: string) => void): Promise<void> {
  const missing = missingPackages()
  if (missing.length === 0) return
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    throw new Error(`The tests need programs that are missing here. On Debian: sudo ${command}`)
  }
  say(`Installing ${missing.join(', ')} with apt (for the tests only) …`)
  const startedAt = performance.now()
  await withoutDaemons(() => install(missing))
  const still = missingPackages()
  if (still.length > 0) throw new Error(`apt did not bring ${still.join(', ')}. By hand: ${command}`)
  say(`Installed in ${elapsed(startedAt)}.`)
}

const missingPackages = () =>
  [
    ...peers.filter(({ program }) => !isOnPath(program)),
    ...modules.filter(({ file }) => globSync(file).length === 0),
  ].map(({ debianPackage }) => debianPackage)

/** Servers stand in a folder that Debian leaves out of an ordinary user's PATH. */
const serverFolder = '/usr/sbin'

function isOnPath(program: string): boolean {
  return [...(process.env.PATH ?? '').split(delimiter), serverFolder].some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

async function install(packages: string[]): Promise<void> {
  const first = await apt(['install', '--yes', '--no-install-recommends', ...packages])
  if (first.code === 0) return
  // Images come without package lists, or with lists that have aged.
  const update = await apt(['update'])
  if (update.code !== 0)
    throw new Error(`apt-get update failed: is there a network?\n${update.stderr.trim()}`)
  const second = await apt(['install', '--yes', '--no-install-recommends', ...packages])
  if (second.code !== 0) throw new Error(`apt-get install failed:\n${second.stderr.trim()}`)
}

const apt = (args: string[]) =>
  runProgram({
    command: 'apt-get',
    args: ['--quiet', ...args],
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  })

async function withoutDaemons(work: () => Promise<void>): Promise<void> {
  const isOurs = !existsSync(daemonPolicy)
  if (isOurs) writeFileSync(daemonPolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    if (isOurs) rmSync(daemonPolicy, { force: true })
  }
}
