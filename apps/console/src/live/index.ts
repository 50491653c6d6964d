export { backOffMs } from './back-off.rules.ts'
export { openBrowserSocket } from './browser-socket.ts'
export type {
  LiveConnection,
  LiveErrorCode,
  LiveNotice,
  LiveOrder,
  LiveOutcome,
  LiveValue,
} from './live.port.ts'
export { LiveClient } from './live-client.ts'
