import { trimBlanks } from './blanks.ts'
import {
  type HostPort,
  paramValue,
  parseHostPort,
  parseParams,
  serializeHostPort,
  serializeParams,
} from './grammar.ts'
import type { Param } from './message.ts'

/** One Via value (RFC 3261 §20.42): the sent-by host and port, the transport in upper case, parameters in order. */
export interface Via extends HostPort {
  /** Protocol and version where they are not `SIP/2.0`: whom to answer is known even so (RFC 4475 §3.1.2.16). */
  readonly protocol?: string
  readonly transport: string
  readonly params: readonly Param[]
}

const OWN_PROTOCOL = 'SIP/2.0'
const TOKEN = "[A-Za-z0-9\\-.!%*_+`'~]+"
const SLASH = '[ \\t]*/[ \\t]*'
const SENT_PROTOCOL = new RegExp(`^(${TOKEN})${SLASH}(${TOKEN})${SLASH}(${TOKEN})[ \\t]+(.*)$`, 's')

/** Parses one Via value; undefined when malformed. */
export function parseVia(text: string): Via | undefined {
  const [, name, version, transport, rest] = SENT_PROTOCOL.exec(text) ?? []
  if (transport === undefined || rest === undefined) return undefined
  const semicolon = rest.indexOf(';')
  const sentBy = parseHostPort(trimBlanks(semicolon < 0 ? rest : rest.slice(0, semicolon)))
  const params = semicolon < 0 ? [] : parseParams(rest.slice(semicolon + 1))
  if (sentBy === undefined || params === undefined) return undefined
  const protocol = `${name}/${version}`.toUpperCase()
  const via = { transport: transport.toUpperCase(), ...sentBy, params }
  return protocol === OWN_PROTOCOL ? via : { protocol, ...via }
}

/** Writes one Via value. */
export const serializeVia = (via: Via): string =>
  `${via.protocol ?? OWN_PROTOCOL}/${via.transport} ${serializeHostPort(via)}${serializeParams(via.params)}`

/** The `received` address of a Via; brackets around an IPv6 address are taken off (RFC 5118 §4.5). */
export const receivedOf = (via: Via): string | undefined =>
  paramValue(via.params, 'received')?.replace(/^\[([^\]]*)\]$/, '$1')

/** The branch of a Via. */
export const branchOf = (via: Via): string | undefined => paramValue(via.params, 'branch')
