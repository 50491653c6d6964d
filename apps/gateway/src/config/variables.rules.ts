import { isIP } from 'node:net'
import { z } from 'zod'

/** The shape of each environment variable. Messages say what to write; they never repeat a secret's value. */

export type ListenAddress = { host: string; port: number }

const port = (text: string) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined)

const hostPattern = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i

function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d+)$/i.exec(text)
  const host = match?.[1] ?? match?.[2]
  const number = port(match?.[3] ?? '')
  if (host === undefined || number === undefined) return undefined
  if (match?.[1] !== undefined ? isIP(host) !== 6 : !hostPattern.test(host)) return undefined
  return { host, port: number }
}

/** A variable parsed by `parse`; `expected` completes the sentence "must be …". */
function parsed<T>(parse: (text: string) => T | undefined, expected: string) {
  return z.string().transform((text, context): T => {
    const value = parse(text.trim())
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: `must be ${expected}` })
    return z.NEVER
  })
}

const listenAddress = (example: string) => parsed(parseListenAddress, `host:port, for example ${example}`)

const portRange = parsed(text => {
  const match = /^(\d+)-(\d+)$/.exec(text)
  const from = port(match?.[1] ?? '')
  const to = port(match?.[2] ?? '')
  if (from === undefined || to === undefined || from < 1024 || to < from + 3) return undefined
  return { from, to }
}, 'a range of at least four UDP ports from 1024 up, for example 40000-40999')

/** Certificates are fetched from these hosts over HTTPS; a port is named where it is neither 443 nor 8443. */
const hostList = parsed(text => {
  const hosts = text
    .split(',')
    .map(host => host.trim().toLowerCase())
    .filter(host => host !== '')
  const isHost = (host: string) => hostPattern.test(host) || parseListenAddress(host) !== undefined
  return hosts.length > 0 && hosts.every(isHost) ? hosts : undefined
}, 'host names with commas between, for example cr.example.com, certificates.example.net')

/** Hashes of digest authentication that telephones may answer with (RFC 8760). */
const digestHashes = ['SHA-256', 'MD5'] as const
export type DigestName = (typeof digestHashes)[number]

const digestList = parsed(
  text => {
    const names = text.split(',').map(name => name.trim().toUpperCase())
    const known = digestHashes.filter(hash => names.includes(hash))
    return known.length > 0 && known.length === names.length ? known : undefined
  },
  `${digestHashes.join(',')} or one of them`,
)

function webAddress(protocols: string[], expected: string) {
  return parsed(text => {
    const url = URL.parse(text)
    return url && protocols.includes(url.protocol) && url.hostname !== ''
      ? text.replace(/\/+$/, '')
      : undefined
  }, expected)
}

function databaseAddress(text: string): string | undefined {
  const url = URL.parse(text)
  const isPostgres = url?.protocol === 'postgres:' || url?.protocol === 'postgresql:'
  return isPostgres && url.username !== '' && url.pathname.length > 1 ? text : undefined
}

const count = (most: number) =>
  parsed(text => {
    const value = /^\d{1,4}$/.test(text) ? Number(text) : 0
    return value >= 1 && value <= most ? value : undefined
  }, `a whole number from 1 to ${most}`)

// RFC 7065 §3.1.
const relayUrl = /^turns?:(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i

const relayUrls = parsed(text => {
  const urls = text.split(/[\s,]+/)
  return urls.every(url => relayUrl.test(url)) ? urls : undefined
}, 'addresses of TURN servers with commas between, for example turn:turn.example.org:3478,turns:turn.example.org:5349')

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof logLevels)[number]

const on = new Set(['1', 'true', 'yes'])
const off = new Set(['0', 'false', 'no'])

export const variables = z.object({
  RINGDOWN_DEMO: parsed(
    text => (on.has(text) ? true : off.has(text) ? false : undefined),
    '1 or 0',
  ).optional(),
  RINGDOWN_DEMO_OPERATORS: count(998).optional(),
  RINGDOWN_HTTP: listenAddress('127.0.0.1:8080').optional(),
  RINGDOWN_PUBLIC_URL: webAddress(
    ['http:', 'https:'],
    'an address such as https://calls.example.org',
  ).optional(),
  RINGDOWN_SIP: listenAddress('0.0.0.0:5060').optional(),
  RINGDOWN_SIP_TLS: listenAddress('0.0.0.0:5061').optional(),
  RINGDOWN_SIP_TLS_CERT: z.string().optional(),
  RINGDOWN_SIP_TLS_KEY: z.string().optional(),
  RINGDOWN_SIP_WS: listenAddress('127.0.0.1:5080').optional(),
  RINGDOWN_SIP_WSS: listenAddress('0.0.0.0:5443').optional(),
  RINGDOWN_SIP_DIGEST: digestList.optional(),
  RINGDOWN_IDENTITY_AUTHORITIES: z.string().optional(),
  RINGDOWN_IDENTITY_HOSTS: hostList.optional(),
  RINGDOWN_MEDIA_PORTS: portRange.optional(),
  RINGDOWN_PUBLIC_IP: parsed(
    text => (isIP(text) === 0 ? undefined : text),
    'an IP address that carriers can reach, for example 203.0.113.7',
  ).optional(),
  RINGDOWN_PUBLIC_IPV6: parsed(
    text => (isIP(text) === 6 ? text : undefined),
    'an IPv6 address that carriers can reach, for example 2001:db8::7',
  ).optional(),
  RINGDOWN_TURN_URLS: relayUrls.optional(),
  RINGDOWN_TURN_SECRET: z.string().optional(),
  RINGDOWN_DATA: z.string().optional(),
  RINGDOWN_MASTER_KEY: parsed(
    text => (Buffer.from(text, 'base64').length === 32 ? text : undefined),
    '32 random bytes in base64; make one with: openssl rand -base64 32',
  ).optional(),
  RINGDOWN_MASTER_KEY_FILE: z.string().optional(),
  RINGDOWN_MEDIA_WORKERS: parsed(
    text => (text === '1' ? 1 : undefined),
    '1: a caller and an operator at different media workers could not hear each other yet',
  ).optional(),
  RINGDOWN_LOG_LEVEL: parsed(
    text => logLevels.find(level => level === text),
    `one of ${logLevels.join(', ')}`,
  ).optional(),
  DATABASE_URL: parsed(databaseAddress, 'postgresql://user:password@host:5432/database').optional(),
  NATS_URL: parsed(() => undefined, 'left out: nodes do not speak to each other yet').optional(),
  TWILIO_API_BASE: webAddress(['http:', 'https:'], 'an address such as https://api.twilio.com').optional(),
})
export type Variables = z.infer<typeof variables>
