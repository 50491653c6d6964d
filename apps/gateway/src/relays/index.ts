export { relayRoutes } from './relay.routes.ts'
export { createRelayCredentials } from './relay-credentials.ts'
