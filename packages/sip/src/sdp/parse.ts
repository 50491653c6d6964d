import { parseNumber } from '../message/grammar.ts'
import { decodeUtf8 } from '../message/utf8.ts'
import type {
  SdpAttribute,
  SdpConnection,
  SdpLine,
  SdpMedia,
  SdpOrigin,
  SdpParseResult,
  SdpSession,
} from './session.ts'

const MAX_LENGTH = 32_768
const MAX_LINES = 1000
const MAX_MEDIA = 64

type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

/**
 * Parses a session description (RFC 8866), leniently about line ends and the order of lines. Refuses more than 32 kB,
 * 1,000 lines or 64 m-lines. Never throws; linear time.
 */
export function parseSdp(input: Uint8Array | string): SdpParseResult {
  if (input.length > MAX_LENGTH) return { ok: false, code: 'sdp.too-large' }
  const text = typeof input === 'string' ? input : decodeUtf8(input)
  const lines = text.split(/\r\n|\n|\r/).filter(line => line.trim() !== '')
  if (lines.length > MAX_LINES) return { ok: false, code: 'sdp.too-large' }
  if (lines[0]?.trimEnd() !== 'v=0') return { ok: false, code: 'sdp.syntax' }
  const session = readSession(lines.slice(1))
  return session === undefined ? { ok: false, code: 'sdp.syntax' } : { ok: true, session }
}

function readSession(lines: readonly string[]): SdpSession | undefined {
  const session: Partial<Draft<SdpSession>> = {}
  const own = { timing: [] as string[], lines: [] as SdpLine[], attributes: [] as SdpAttribute[] }
  const media: Draft<SdpMedia>[] = []
  for (const line of lines) {
    const type = line[0]!
    const value = line.slice(2)
    if (line[1] !== '=' || !/[a-z]/.test(type) || value.includes('\0')) return undefined
    const section = media.at(-1)
    if (type === 'm') {
      const opened = parseMedia(value)
      if (opened === undefined || media.push(opened) > MAX_MEDIA) return undefined
    } else if (type === 'c') {
      const connection = parseConnection(value)
      if (connection === undefined) return undefined
      const target = section ?? session
      // RFC 8866 §5.7: several are layers of a multicast; the first is as good as any.
      if (target.connection === undefined) target.connection = connection
      else (section ?? own).lines.push({ type, value })
    } else if (type === 'a') (section ?? own).attributes.push(parseAttribute(value))
    else if (section === undefined && type === 'o') {
      const origin = parseOrigin(value)
      if (origin === undefined) return undefined
      session.origin = origin
    } else if (section === undefined && type === 's') session.name = value
    else if (section === undefined && type === 't') own.timing.push(value)
    else (section ?? own).lines.push({ type, value })
  }
  if (session.origin === undefined) return undefined
  const connection = session.connection === undefined ? {} : { connection: session.connection }
  return { origin: session.origin, name: session.name ?? '-', ...connection, ...own, media }
}

const MEDIA = /^([^ /]+) (\d{1,5})(?:\/(\d{1,5}))? ([^ ]+)((?: [^ ]+)*) *$/

function parseMedia(value: string): Draft<SdpMedia> | undefined {
  const match = MEDIA.exec(value.trim().replace(/[ \t]+/g, ' '))
  if (match === null) return undefined
  const [, type = '', digits = '', count, protocol = '', rest = ''] = match
  const port = parseNumber(digits, 65535)
  const formats = rest.trim() === '' ? [] : rest.trim().split(' ')
  if (port === undefined) return undefined
  const counted = count === undefined ? {} : { portCount: Number(count) }
  return { type: type.toLowerCase(), port, ...counted, protocol, formats, lines: [], attributes: [] }
}

const ADDRESS = /^[A-Za-z0-9.:_%-]+(\/\d+){0,2}$/

function parseConnection(value: string): SdpConnection | undefined {
  const [network = '', type = '', address = ''] = value.trim().split(/ +/)
  const addressType = type.toUpperCase()
  if (network.toUpperCase() !== 'IN' || !ADDRESS.test(address)) return undefined
  return addressType === 'IP4' || addressType === 'IP6' ? { addressType, address } : undefined
}

function parseOrigin(value: string): SdpOrigin | undefined {
  const [username, sessionId, sessionVersion, ...rest] = value.trim().split(/ +/)
  const connection = parseConnection(rest.join(' '))
  if (connection === undefined || username === undefined) return undefined
  if (!/^\d{1,40}$/.test(sessionId ?? '') || !/^\d{1,40}$/.test(sessionVersion ?? '')) return undefined
  return { username, sessionId: sessionId!, sessionVersion: sessionVersion!, ...connection }
}

function parseAttribute(value: string): SdpAttribute {
  const colon = value.indexOf(':')
  return colon < 0
    ? { name: value.trim() }
    : { name: value.slice(0, colon), value: value.slice(colon + 1).trimEnd() }
}
