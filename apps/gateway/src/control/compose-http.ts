import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { clientAddressHeader } from '../accounts/index.ts'
import { type Devices, deviceRoutes } from '../carriers/devices/index.ts'
import { type Trunks, trunkRoutes } from '../carriers/trunk/index.ts'
import { createStreamUpgrade, twilioRoutes } from '../carriers/twilio/index.ts'
import type { Config } from '../config/index.ts'
import {
  apiRoutes,
  consoleRoutes,
  createAdministratorGuard,
  createHttpServer,
  createMemberGuard,
  operationsRoutes,
  type Upgrade,
} from '../http/index.ts'
import type { Logger } from '../logging/index.ts'
import type { MediaPort } from '../media/index.ts'
import type { Metrics } from '../operations/index.ts'
import { createRelayCredentials, relayRoutes } from '../relays/index.ts'
import type { SupervisorAttachment } from '../supervision/index.ts'
import type { composeCalls } from './compose-calls.ts'
import type { Ground } from './open-ground.ts'

const consoleFolder = join(import.meta.dirname, '../../../console/dist')

export type HttpOrder = {
  config: Config
  env: NodeJS.ProcessEnv
  ground: Ground
  twilio: ReturnType<typeof composeCalls>['twilio']
  trunks: Trunks
  devices: Devices
  media: MediaPort
  metrics: Metrics
  live: Upgrade
  attachment: SupervisorAttachment
  recovered(): boolean
  notReady(): string[]
  log: Logger
}

/** Everything that listens on RINGDOWN_HTTP. */
export async function composeHttp(order: HttpOrder): Promise<FastifyInstance> {
  const { config, ground, twilio, metrics } = order
  const stream = createStreamUpgrade({
    media: order.media,
    passSocket: (message, socket) =>
      order.attachment.handOver(message, socket as Parameters<SupervisorAttachment['handOver']>[1]),
    counter: twilio.counter,
  })
  const server = createHttpServer({
    upgrades: [stream, order.live],
    onError: error => {
      metrics.failures.inc({ what: 'http' })
      order.log.error({ err: error }, 'a request failed')
    },
    databaseAnswers: () =>
      ground.database.engine.query('select 1', []).then(
        () => true,
        () => false,
      ),
  })
  await server.register(async scope => {
    await twilioRoutes(scope, {
      ...twilio.routes,
      publicUrl: order.env.RINGDOWN_PUBLIC_URL ? config.publicUrl : null,
      recovered: order.recovered,
    })
  })
  const session = {
    sessionOf: (headers: Headers) => ground.accounts.sessionOf(headers),
    publicUrl: config.publicUrl,
    clientAddressHeader,
  }
  await apiRoutes(server, {
    demo: config.demo,
    version: '0.1.0',
    handleSignIn: request => ground.accounts.handle(request),
    ...session,
  })
  await trunkRoutes(server, { trunks: order.trunks, administrator: createAdministratorGuard(session) })
  const member = createMemberGuard(session)
  await deviceRoutes(server, { devices: order.devices, member })
  await relayRoutes(server, { credentialsFor: createRelayCredentials(config.relays, Date.now), member })
  await operationsRoutes(server, {
    metrics: async () => ({ type: metrics.registry.contentType, text: await metrics.registry.metrics() }),
    notReady: order.notReady,
  })
  await consoleRoutes(server, { folder: consoleFolder, phoneUrl: phoneUrl(config, order.env) })
  return server
}

/** The demo's telephone page is a process of its own, on its own port. */
function phoneUrl(config: Config, env: NodeJS.ProcessEnv): string | undefined {
  return config.demo && env.RINGDOWN_PHONE_PORT
    ? `http://localhost:${env.RINGDOWN_PHONE_PORT}/phone`
    : undefined
}
