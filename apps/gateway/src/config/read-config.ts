import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { DigestName, ListenAddress, LogLevel, Variables } from './variables.rules.ts'
import { variables } from './variables.rules.ts'

export type { ListenAddress } from './variables.rules.ts'

/**
 * Where the master key comes from. `own`: made once by Ringdown and kept in `folder`; only with the embedded
 * database. Outside the demo that folder is not the one the database lies in (DESIGN §1.6).
 */
export type MasterKeySource =
  | { type: 'value'; value: string }
  | { type: 'file'; path: string }
  | { type: 'own'; folder: string }

/** `identity`: absolute paths of a certificate chain and its key; there whenever `tls` or `wss` is. */
export type SipTransports = {
  tls: ListenAddress | undefined
  ws: ListenAddress | undefined
  wss: ListenAddress | undefined
  identity: { certificate: string; key: string } | undefined
}

export type Config = {
  demo: boolean
  /** Operators of the demo beyond its two, for tests with many. */
  demoOperators: number
  http: ListenAddress
  /** How browsers and carriers reach us; no slash at the end. */
  publicUrl: string
  sip: ListenAddress
  /** SIP beside UDP and TCP; undefined: not at all. */
  sipTransports: SipTransports
  /** What desk phones may prove their passwords with. */
  sipDigest: DigestName[]
  /**
   * What carriers sign about callers is checked against the authorities in a PEM file (absolute path), with certificates from these
   * hosts; undefined: not at all.
   */
  callerIdentity: { authorities: string; hosts: string[] } | undefined
  /** UDP ports of the media workers, both ends included. */
  mediaPorts: { from: number; to: number }
  /** The address written into SDP; undefined: the one of the interface. */
  publicIp: string | undefined
  /** The same for peers that speak IPv6, where `publicIp` is an IPv4 address. */
  publicIpv6: string | undefined
  /** TURN servers for browsers, and the secret that we share with them; undefined: none. */
  relays: { urls: readonly string[]; secret: string } | undefined
  /** Absolute path. */
  dataDir: string
  masterKey: MasterKeySource
  /** The owner's connection to a PostgreSQL server; undefined: the embedded one. */
  databaseUrl: string | undefined
  /** undefined: chosen by the supervisor from the number of cores. */
  mediaWorkers: number | undefined
  twilioApiBase: string
  logLevel: LogLevel
}

/** The environment cannot be used. `message` lists every variable that is wrong and what to do; it holds no values. */
export class ConfigError extends Error {
  readonly code = 'config.invalid'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`Ringdown cannot start with this environment:\n${problems.map(line => `  ${line}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Reads the environment (DESIGN §7) once, at the start. Throws {@link ConfigError}. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable is what compose files make of an unset one.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const result = variables.safeParse(set)
  if (!result.success) {
    throw new ConfigError(result.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`))
  }
  const config = assemble(result.data, env)
  const problems = [
    ...demoProblems(config),
    ...masterKeyProblems(result.data),
    ...sipProblems(result.data),
    ...relayProblems(result.data),
    ...identityProblems(result.data),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function assemble(given: Variables, env: Readonly<Record<string, string | undefined>>): Config {
  const demo = given.RINGDOWN_DEMO ?? false
  const http = given.RINGDOWN_HTTP ?? { host: '127.0.0.1', port: 8080 }
  const dataDir = resolve(given.RINGDOWN_DATA ?? './data')
  return {
    demo,
    demoOperators: demo ? (given.RINGDOWN_DEMO_OPERATORS ?? 0) : 0,
    http,
    publicUrl: given.RINGDOWN_PUBLIC_URL ?? `http://localhost:${http.port}`,
    sip: given.RINGDOWN_SIP ?? { host: demo ? '127.0.0.1' : '0.0.0.0', port: 5060 },
    sipTransports: sipTransports(given),
    sipDigest: given.RINGDOWN_SIP_DIGEST ?? ['SHA-256', 'MD5'],
    callerIdentity: callerIdentity(given),
    mediaPorts: given.RINGDOWN_MEDIA_PORTS ?? { from: 40_000, to: 40_999 },
    publicIp: given.RINGDOWN_PUBLIC_IP,
    publicIpv6: given.RINGDOWN_PUBLIC_IPV6,
    relays: relaysOf(given),
    dataDir,
    masterKey: masterKeySource({ given, dataDir, demo, configHome: env.XDG_CONFIG_HOME }),
    databaseUrl: given.DATABASE_URL,
    mediaWorkers: given.RINGDOWN_MEDIA_WORKERS,
    twilioApiBase: given.TWILIO_API_BASE ?? 'https://api.twilio.com',
    logLevel: given.RINGDOWN_LOG_LEVEL ?? 'info',
  }
}

function sipTransports(given: Variables): SipTransports {
  const { RINGDOWN_SIP_TLS_CERT: certificate, RINGDOWN_SIP_TLS_KEY: key } = given
  return {
    tls: given.RINGDOWN_SIP_TLS,
    ws: given.RINGDOWN_SIP_WS,
    wss: given.RINGDOWN_SIP_WSS,
    identity: certificate && key ? { certificate: resolve(certificate), key: resolve(key) } : undefined,
  }
}

function relaysOf({ RINGDOWN_TURN_URLS: urls, RINGDOWN_TURN_SECRET: secret }: Variables): Config['relays'] {
  return urls && secret ? { urls, secret } : undefined
}

function relayProblems({ RINGDOWN_TURN_URLS: urls, RINGDOWN_TURN_SECRET: secret }: Variables): string[] {
  if (urls && !secret)
    return ['RINGDOWN_TURN_SECRET is required with RINGDOWN_TURN_URLS: coturn’s static-auth-secret']
  return secret && !urls ? ['RINGDOWN_TURN_URLS is required with RINGDOWN_TURN_SECRET'] : []
}

function sipProblems(given: Variables): string[] {
  const files = ['RINGDOWN_SIP_TLS_CERT', 'RINGDOWN_SIP_TLS_KEY'] as const
  const missing = files.filter(name => given[name] === undefined)
  const users = (['RINGDOWN_SIP_TLS', 'RINGDOWN_SIP_WSS'] as const).filter(name => given[name] !== undefined)
  const reasons = [...users, ...files.filter(name => given[name] !== undefined)]
  if (reasons.length === 0) return []
  return missing.map(name => `${name} is required with ${reasons.join(' and ')}: the path of a PEM file`)
}

function callerIdentity(given: Variables): Config['callerIdentity'] {
  const { RINGDOWN_IDENTITY_AUTHORITIES: authorities, RINGDOWN_IDENTITY_HOSTS: hosts } = given
  return authorities && hosts ? { authorities: resolve(authorities), hosts } : undefined
}

function identityProblems(given: Variables): string[] {
  const { RINGDOWN_IDENTITY_AUTHORITIES: authorities, RINGDOWN_IDENTITY_HOSTS: hosts } = given
  if (authorities !== undefined && hosts === undefined)
    return ['RINGDOWN_IDENTITY_HOSTS is required with RINGDOWN_IDENTITY_AUTHORITIES: where certificates are']
  if (hosts !== undefined && authorities === undefined)
    return ['RINGDOWN_IDENTITY_AUTHORITIES is required with RINGDOWN_IDENTITY_HOSTS: the path of a PEM file']
  return []
}

function masterKeySource(from: {
  given: Variables
  dataDir: string
  demo: boolean
  configHome: string | undefined
}): MasterKeySource {
  const { RINGDOWN_MASTER_KEY: value, RINGDOWN_MASTER_KEY_FILE: path } = from.given
  if (value !== undefined) return { type: 'value', value }
  if (path !== undefined) return { type: 'file', path: resolve(path) }
  if (from.demo) return { type: 'own', folder: from.dataDir }
  return { type: 'own', folder: join(from.configHome ?? join(homedir(), '.config'), 'ringdown') }
}

function masterKeyProblems(given: Variables): string[] {
  const problems: string[] = []
  const value = given.RINGDOWN_MASTER_KEY !== undefined
  const file = given.RINGDOWN_MASTER_KEY_FILE !== undefined
  if (value && file) problems.push('RINGDOWN_MASTER_KEY and RINGDOWN_MASTER_KEY_FILE are both set: keep one')
  if (given.DATABASE_URL !== undefined && !value && !file) {
    problems.push(
      'RINGDOWN_MASTER_KEY_FILE (or RINGDOWN_MASTER_KEY) is required with DATABASE_URL: every node needs the same ' +
        'key; make one with: openssl rand -base64 32',
    )
  }
  return problems
}

function demoProblems(config: Config): string[] {
  if (!config.demo) return []
  const { tls, ws, wss } = config.sipTransports
  const listeners = {
    RINGDOWN_HTTP: config.http,
    RINGDOWN_SIP: config.sip,
    RINGDOWN_SIP_TLS: tls,
    RINGDOWN_SIP_WS: ws,
    RINGDOWN_SIP_WSS: wss,
  }
  return Object.entries(listeners)
    .filter(([, address]) => address !== undefined && !isLoopback(address.host))
    .map(
      ([name]) =>
        `${name} must be a loopback address such as 127.0.0.1: the demo's passwords are public, so it listens to nobody else`,
    )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
