export type { Config, ListenAddress, MasterKeySource } from './config.rules.ts'
export { ConfigError, readConfig } from './config.rules.ts'
