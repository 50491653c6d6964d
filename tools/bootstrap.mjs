// What every npm script starts: plain JavaScript for the Node that is there (20 or newer). It installs the packages
// when they are missing or the lock file changed, then runs tools/<name>.ts with Node 24.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = join(root, 'node_modules')
const stamp = join(packages, '.ringdown-installed')
const major = Number(process.versions.node.split('.')[0])
const neededMajor = 24

class PlainError extends Error {}

function requireSupportedMachine() {
  if (major < 20) {
    throw new PlainError(`Ringdown needs Node 20 or newer to start; this is Node ${process.versions.node}.`)
  }
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new PlainError(
      `Ringdown runs on Linux with x64 or arm64; this is ${process.platform} with ${process.arch}. ` +
        'On Windows use WSL, on a Mac a Linux container or virtual machine.',
    )
  }
  if (!process.report?.getReport().header.glibcVersionRuntime) {
    throw new PlainError('Ringdown needs a Linux with glibc (Debian, Ubuntu, Fedora …); Alpine has musl.')
  }
}

function wantedStamp() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  return `${lock.digest('hex')} ${process.platform}-${process.arch}\n`
}

async function install() {
  const wanted = wantedStamp()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say(existsSync(packages) ? 'The list of packages changed.' : 'First start: the packages are missing.')
  say('Installing packages with npm (some 650 MB on disk; a minute or two) …')
  const started = Date.now()
  const heartbeat = setInterval(() => say(`… still installing, ${secondsSince(started)}`), 15_000)
  const { code, errors } = await runNpm().finally(() => clearInterval(heartbeat))
  if (code !== 0) throw new PlainError(explainNpm(errors))
  writeFileSync(stamp, wanted)
  say(`Packages installed in ${secondsSince(started)}.`)
}

/** Install scripts stay off: nothing here needs one, and a stranger's packages run no code at install time. */
function runNpm() {
  const flags = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const cli = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm']
  const child = spawn(cli[0], [...cli.slice(1), ...flags, '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', error => reject(new PlainError(`npm could not be started: ${error.message}`)))
    child.on('close', code => resolve({ code, errors }))
  })
}

function explainNpm(errors) {
  const causes = [
    [
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/,
      'The npm registry could not be reached: is there a network, and is "npm config get registry" right?',
    ],
    [/ENOSPC/, 'The disk is full.'],
    [/EACCES|EPERM|EROFS/, `This user may not write in ${root}.`],
    [/EBADENGINE/, 'npm refuses this version of Node.'],
  ]
  const cause = causes.find(([pattern]) => pattern.test(errors))
  return `${errors.trim()}\n\nThe packages could not be installed. ${cause?.[1] ?? 'npm says why, above.'}`
}

function nodeToUse() {
  if (major >= neededMajor) return process.execPath
  const brought = join(packages, `node-linux-${process.arch}`, 'bin', 'node')
  if (!existsSync(brought)) {
    throw new PlainError(
      `Node ${neededMajor} is missing in node_modules (npm left out optional packages?). ` +
        `Remove node_modules and start again, or install Node ${neededMajor} yourself.`,
    )
  }
  try {
    chmodSync(brought, 0o755)
  } catch {
    // Not our file: then whoever installed it has seen to its permissions, or the start below says so.
  }
  return brought
}

function run(name, args) {
  const program = join(root, 'tools', `${name}.ts`)
  if (!existsSync(program)) throw new PlainError(`There is no "${name}" here.`)
  const node = nodeToUse()
  const child = spawn(node, [program, ...args], {
    cwd: root,
    // The channel says nothing: it closes when this process is killed, and the program then stops in order.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: [join(packages, '.bin'), process.env.PATH].join(delimiter) },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  stopWithNpm(child)
  child.on('error', error => fail(new PlainError(`${node} could not be started: ${error.message}`)))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)))
}

/** npm and the shell between do not always pass a signal on; when they are gone, nobody is left who asked for this. */
function stopWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, 300)
}

const secondsSince = started => `${Math.round((Date.now() - started) / 1000)} s`
const say = line => console.log(line)

function fail(error) {
  console.error(error instanceof PlainError ? error.message : error)
  process.exit(1)
}

try {
  requireSupportedMachine()
  await install()
  run(process.argv[2] ?? 'start', process.argv.slice(3))
} catch (error) {
  fail(error)
}
