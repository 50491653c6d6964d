import { join } from 'node:path'
import { ConfigError, readConfig } from '../apps/gateway/src/config/index.ts'
import { readChildrenRecord } from '../apps/gateway/src/supervision/children-record.ts'
import { watchServerSources } from './launch/source-watch.ts'
import { onStopAsked } from './launch/stop-signals.ts'
import { launch } from './launch/supervised.ts'
import type { Touched } from './launch/touched.rules.ts'
import { twilioApiPort } from './launch/twilio-api.ts'
import { root, runProgram } from './run-program.ts'

/** `npm run dev`: the demo with the console from Vite's own server, and new server code as soon as it is written. */

const vitePort = 5173
const pages = `http://localhost:${vitePort}`

function readDevConfig() {
  const env = { RINGDOWN_DEMO: '1', RINGDOWN_DATA: process.env.RINGDOWN_DATA || join(root, 'data/dev') }
  const config = readConfig({ ...process.env, ...env })
  const phonePort = process.env.RINGDOWN_PHONE_PORT || String(config.http.port + 1)
  const http = `${config.http.host}:${config.http.port}`
  const twilio = `http://127.0.0.1:${twilioApiPort(config.http.port)}`
  return {
    config,
    env: {
      ...env,
      RINGDOWN_HTTP: http,
      RINGDOWN_PHONE_PORT: phonePort,
      // What browsers and the Twilio stand-in see, and what origins are compared with, is Vite in front.
      RINGDOWN_PUBLIC_URL: pages,
      TWILIO_API_BASE: twilio,
    },
  }
}

/** The supervisor starts them again. Killed, not stopped: calls survive that, and the new code takes them up. */
function beginAgain(touched: Touched, runDirectory: string): void {
  const children = Object.entries(readChildrenRecord(runDirectory))
  for (const [name, child] of children) {
    const isWanted = name === 'control' || (name.startsWith('worker') && touched === 'control and workers')
    if (isWanted && child) process.kill(child.pid, 'SIGKILL')
  }
}

async function dev(): Promise<number> {
  const { config, env } = readDevConfig()
  const gateway = launch({ file: 'apps/gateway/src/supervisor.ts', env })
  const phone = launch({ file: 'tools/phone/main.ts', env })
  const stop = () => {
    phone.stop()
    gateway.stop()
  }
  onStopAsked(stop)
  watchServerSources((touched, files) => {
    console.log(`\nChanged: ${files.join(', ')}`)
    if (touched === 'everything') console.log('That is part of the supervisor: start npm run dev again.\n')
    else beginAgain(touched, join(config.dataDir, 'run'))
  })
  const args = ['--port', String(vitePort), '--strictPort', '--clearScreen', 'false']
  void runProgram({ command: 'vite', args, cwd: join(root, 'apps/console'), env, live: true }).then(stop)
  void gateway.ready.then(() =>
    console.log(`\nReady: ${pages} (operator@demo.test, ringdown-demo); telephone: ${pages}/phone\n`),
  )
  const code = await gateway.exited
  await phone.exited
  return code
}

try {
  process.exit(await dev())
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exit(1)
}
