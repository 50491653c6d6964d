export type { Config, ListenAddress, MasterKeySource } from './read-config.ts'
export { ConfigError, readConfig } from './read-config.ts'
