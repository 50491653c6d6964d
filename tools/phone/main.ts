import { ConfigError, readConfig } from '../../apps/gateway/src/config/index.ts'
import { onStopAsked } from '../launch/stop-signals.ts'
import { startPhoneServer } from './server.ts'

/**
 * The demo's telephone in a web page, a process of its own: `RINGDOWN_PHONE_PORT` says where it listens (on loopback),
 * `RINGDOWN_SIP` where the gateway does.
 */
try {
  const port = Number(process.env.RINGDOWN_PHONE_PORT || 8081)
  const { sip, publicUrl } = readConfig({ ...process.env, RINGDOWN_DEMO: '1' })
  const server = await startPhoneServer({ host: '127.0.0.1', port, sip, consoleUrl: publicUrl })
  console.log(`Telephone page: http://localhost:${server.port}/phone`)
  process.send?.({ type: 'ready' })
  onStopAsked(() => void server.close().then(() => process.exit(0)))
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exit(1)
}
