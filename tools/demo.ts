import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Config, ConfigError, readConfig } from '../apps/gateway/src/config/index.ts'
import { buildConsole } from './launch/console-build.ts'
import { neededPorts, portsInUse } from './launch/ports.ts'
import { onStopAsked } from './launch/stop-signals.ts'
import { type Launched, launch } from './launch/supervised.ts'
import { twilioApiPort } from './launch/twilio-api.ts'
import { elapsed, root } from './run-program.ts'

/** `npm run demo`: everything on loopback, with a demo organization, and a telephone in a web page. */

const startedAt = performance.now()
const env = { RINGDOWN_DEMO: '1', RINGDOWN_DATA: process.env.RINGDOWN_DATA || join(root, 'data/demo') }
/** The gateway sends `/phone` there; the bridge behind it speaks SIP to the gateway like any trunk. */
const phonePortOf = (config: Config) => Number(process.env.RINGDOWN_PHONE_PORT) || config.http.port + 1

class PlainError extends Error {}

async function requirePorts(config: Config): Promise<void> {
  let busy = await portsInUse(neededPorts(config, phonePortOf(config)))
  // An earlier demo that was killed writes its endings first and lets go of its ports then.
  for (let tries = 0; busy.length > 0 && tries < 20; tries++) {
    if (tries === 0) console.log('Waiting for ports that are still in use …')
    await wait(500)
    busy = await portsInUse(busy)
  }
  if (busy.length === 0) return
  const lines = busy.map(
    ({ address, protocol, use, variable }) =>
      `Port ${address.port}/${protocol} (${use}) is in use. Choose another with ${variable}, for example:\n  ` +
      `${variable}=${exampleFor(variable, address.port)} npm run demo`,
  )
  throw new PlainError(`${lines.join('\n')}\nOr is another demo running? Then stop that one.`)
}

function exampleFor(variable: string, port: number): string {
  const other = port + 1000
  if (variable === 'RINGDOWN_MEDIA_PORTS') return `${other}-${other + 999}`
  return variable === 'RINGDOWN_PHONE_PORT' ? String(other) : `127.0.0.1:${other}`
}

function openLog(dataDir: string): string {
  const log = join(dataDir, 'ringdown.log')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (existsSync(log)) {
    rmSync(`${log}.1`, { force: true })
    renameSync(log, `${log}.1`)
  }
  return log
}

const lastLines = (log: string) => readFileSync(log, 'utf8').trim().split('\n').slice(-15).join('\n')

/** The telephone page speaks through a bridge; it is started again when it ends, until the demo stops. */
function keepPhone(log: string, phoneEnv: NodeJS.ProcessEnv): { stop(): Promise<void> } {
  let isStopping = false
  let phone: Launched | undefined
  const run = async () => {
    while (!isStopping) {
      phone = launch({ file: 'tools/phone/main.ts', env: phoneEnv, log })
      await phone.exited
      if (!isStopping) await wait(1_000)
    }
  }
  const over = run()
  return {
    stop: () => {
      isStopping = true
      phone?.stop()
      return over
    },
  }
}

function invitation(config: Config, log: string): string {
  const page = config.publicUrl
  const sip = `${config.sip.host}:${config.sip.port}`
  const server = config.sip.port === 5060 ? '' : ` --server ${sip}`
  return `
Ringdown is ready (${elapsed(startedAt)}). Be both sides of a call, in two tabs of a browser:

  1. Answer   ${page}
              sign in as operator@demo.test, password ringdown-demo, and press "Go available"
              (also operator2@, supervisor@ and admin@demo.test, same password)
  2. Call     ${page}/phone
              press "Call"; the first tab rings, press "Accept" there (wear headphones)

  Other telephones:
     npm run call -- --to +15550100 --play packages/testkit/speech/caller.wav${server}
     sip:+15550100@${sip}, any SIP phone on this machine

  Log: ${log}
  Ctrl-C stops everything.
`
}

async function demo(): Promise<number> {
  const config = readConfig({ ...process.env, ...env })
  await requirePorts(config)
  await buildConsole(console.log)
  console.log('Starting PostgreSQL, the media worker and control …')
  const log = openLog(config.dataDir)
  const demoEnv = {
    ...env,
    RINGDOWN_PHONE_PORT: String(phonePortOf(config)),
    TWILIO_API_BASE: `http://127.0.0.1:${twilioApiPort(config.http.port)}`,
  }
  const gateway = launch({ file: 'apps/gateway/src/supervisor.ts', env: demoEnv, log })
  const phone = keepPhone(log, demoEnv)
  let isStopping = false
  onStopAsked(() => {
    if (!isStopping) console.log('\nStopping (calls may finish; Ctrl-C again ends them) …')
    isStopping = true
    void phone.stop()
    gateway.stop()
  })
  const impatience = setTimeout(
    () => console.log(`Not ready yet; ${log} says why:\n${lastLines(log)}`),
    60_000,
  )
  void gateway.ready.then(() => {
    clearTimeout(impatience)
    console.log(invitation(config, log))
  })
  const code = await gateway.exited
  await phone.stop()
  if (isStopping && code === 0) console.log('Stopped.')
  else console.error(`The gateway ended with code ${code}. The end of ${log}:\n${lastLines(log)}`)
  return isStopping ? code : code || 1
}

try {
  process.exit(await demo())
} catch (error) {
  const isPlain = error instanceof PlainError || error instanceof ConfigError
  console.error(isPlain ? error.message : error)
  process.exit(1)
}
