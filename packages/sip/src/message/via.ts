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
  readonly transport: string
  readonly params: readonly Param[]
}

const SENT_PROTOCOL = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([A-Za-z0-9\-.!%*_+`'~]+)[ \t]+(.*)$/is

/** Parses one Via value; undefined when malformed or not SIP/2.0. */
export function parseVia(text: string): Via | undefined {
  const match = SENT_PROTOCOL.exec(text)
  const transport = match?.[1]
  const rest = match?.[2]
  if (transport === undefined || rest === undefined) return undefined
  const semicolon = rest.indexOf(';')
  const sentBy = parseHostPort((semicolon < 0 ? rest : rest.slice(0, semicolon)).trim())
  const params = semicolon < 0 ? [] : parseParams(rest.slice(semicolon + 1))
  if (sentBy === undefined || params === undefined) return undefined
  return { transport: transport.toUpperCase(), ...sentBy, params }
}

/** Writes one Via value. */
export const serializeVia = (via: Via): string =>
  `SIP/2.0/${via.transport} ${serializeHostPort(via)}${serializeParams(via.params)}`

/** The branch of a Via. */
export const branchOf = (via: Via): string | undefined => paramValue(via.params, 'branch')
