import { z } from 'zod'

/**
 * SIP trunks as data (FEATURES IN-3, IN-4): `GET POST /api/v1/trunks`, `GET PUT DELETE /api/v1/trunks/:id`.
 * Owners and administrators only. A password goes in and never comes out.
 */

/** What the form was filled in for. The gateway cares only where a carrier has a word of its own for callers' identities. */
export const trunkTemplateName = z.enum([
  'twilio',
  'telnyx',
  'voip-ms',
  'siproute',
  'asterisk',
  'freeswitch',
  'kamailio',
  'other',
])
export type TrunkTemplateName = z.infer<typeof trunkTemplateName>

export const sipTransport = z.enum(['udp', 'tcp', 'tls', 'ws', 'wss'])

/** Those that we open connections over. WebSocket (RFC 7118) is for whoever calls us, or registers here. */
export const trunkTransport = z.enum(['udp', 'tcp', 'tls'], 'Choose UDP, TCP or TLS.')
export type TrunkTransport = z.infer<typeof trunkTransport>

const hostName = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*\.?|\[[0-9a-f:.]+\])$/i,
    'Write a host name or an address, such as sip.example.net.',
  )

/** `port` null and `transport` null: found through DNS (RFC 3263), else UDP and the standard port. */
export const trunkHost = z.object({
  host: hostName,
  port: z.number().int().min(1).max(65_535).nullable(),
  transport: trunkTransport.nullable(),
})
export type TrunkHost = z.infer<typeof trunkHost>

const cidr = z
  .union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()])
  .describe('An address or a range, such as 192.0.2.0/24')

/** How telephone numbers are written on this trunk. Inside Ringdown they are E.164 with a plus sign. */
export const trunkNumbers = z.object({
  /** The country whose national numbers arrive without a country code, such as 1 or 49; null: none do. */
  callingCode: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, 'A country calling code, such as 1 or 49.')
    .nullable(),
  /** What stands before a national number when it is dialled inside the country, such as 0. Empty where there is nothing. */
  nationalPrefix: z.string().regex(/^[0-9]{0,3}$/, 'Digits, three at most.'),
  /** What is dialled to leave the country, such as 00 or 011. */
  internationalPrefix: z.string().regex(/^[0-9]{0,5}$/, 'Digits, five at most.'),
  /** `+15550100`, `15550100`, `0` + national number where it is the trunk's own country, or `00` + number. */
  out: z.enum(['plus-e164', 'e164', 'national', 'international']),
  /** Dialled before every number that goes out, as some carriers ask; usually empty. */
  dialPrefix: z.string().regex(/^[0-9*#]{0,10}$/, 'Digits, * and #, ten at most.'),
})
export type TrunkNumbers = z.infer<typeof trunkNumbers>

export const trunkCodec = z.enum(['PCMU', 'PCMA', 'G722', 'opus'])
export type TrunkCodec = z.infer<typeof trunkCodec>

export const trunkSettings = z.object({
  name: z.string().trim().min(1, 'Give the trunk a name.').max(80),
  template: trunkTemplateName,
  enabled: z.boolean(),
  /** In order: the next is tried when one does not answer. Empty: the trunk only takes calls. */
  hosts: z.array(trunkHost).max(8),
  /** Calls from these addresses are this trunk's. */
  addresses: z.array(cidr).max(64),
  /** Every request goes there first (RFC 3261 §8.1.2). */
  outboundProxy: trunkHost.nullable(),
  /** Register at each host (RFC 3261 §10). */
  registration: z.object({ expiresS: z.number().int().min(60).max(86_400) }).nullable(),
  /** For registration and calls that go out. `realm` null: the first realm that a host asks with is kept. */
  credentials: z
    .object({ username: z.string().min(1).max(128), realm: z.string().max(128).nullable() })
    .nullable(),
  fromUser: z.string().max(64).nullable(),
  fromDomain: hostName.nullable(),
  numbers: trunkNumbers,
  /** Where the number that we show stands. */
  callerIdHeader: z.enum(['from', 'p-asserted-identity', 'remote-party-id']),
  /** The number that outgoing calls show, E.164; null: the one that the organization was called at. */
  callerId: z
    .string()
    .regex(/^\+[1-9][0-9]{5,14}$/, 'A number in international form, such as +15550100.')
    .nullable(),
  /** Outgoing calls show no number: From says anonymous (RFC 3323), and whom `callerIdHeader` tells it keeps it (RFC 3325 §7). */
  withholdsNumber: z.boolean(),
  /** In order of preference; at least one. */
  codecs: z.array(trunkCodec).min(1, 'Choose at least one codec.').max(4),
  /** SDES-SRTP (RFC 4568). `required`: a call without it is refused. */
  encryption: z.enum(['none', 'optional', 'required']),
  limits: z.object({
    calls: z.number().int().min(1).max(10_000),
    callsPerSecond: z.number().int().min(1).max(500),
  }),
  /** OPTIONS to each host this often; null: never. */
  healthCheckS: z.number().int().min(10).max(3_600).nullable(),
  /** What it says of the caller's identity (P-Asserted-Identity, verstat) is believed. */
  trustsIdentity: z.boolean(),
})
export type TrunkSettings = z.infer<typeof trunkSettings>

/**
 * What a trunk is until somebody says otherwise, and so one of before there were settings: it takes G.711 and G.722 calls,
 * in the clear, from its addresses, as many as the gateway does.
 */
export const trunkDefaults: TrunkSettings = {
  name: 'Trunk',
  template: 'other',
  enabled: true,
  hosts: [],
  addresses: [],
  outboundProxy: null,
  registration: null,
  credentials: null,
  fromUser: null,
  fromDomain: null,
  numbers: {
    callingCode: null,
    nationalPrefix: '',
    internationalPrefix: '',
    out: 'plus-e164',
    dialPrefix: '',
  },
  callerIdHeader: 'from',
  callerId: null,
  withholdsNumber: false,
  codecs: ['PCMU', 'PCMA', 'G722'],
  encryption: 'none',
  limits: { calls: 10_000, callsPerSecond: 500 },
  healthCheckS: null,
  trustsIdentity: false,
}

/** What is sent to make or change one. `version` of the trunk that was read: a change in between answers `trunk.changed`. */
export const trunkChange = trunkSettings.extend({
  /** A new password; left out: it stays as it is. */
  password: z.string().min(1).max(256).optional(),
  version: z.number().int().min(1).optional(),
})
export type TrunkChange = z.infer<typeof trunkChange>

export const registrationState = z.object({
  host: z.string(),
  state: z.enum(['registering', 'registered', 'failed']),
  /** ms since the epoch. */
  until: z.number().nullable(),
  /** The last refusal, such as "403 Forbidden"; never a number or a name. */
  reason: z.string().nullable(),
})
export type RegistrationState = z.infer<typeof registrationState>

export const hostHealth = z.object({
  host: z.string(),
  state: z.enum(['unknown', 'up', 'down']),
  /** ms since the epoch: the last change. */
  since: z.number().nullable(),
  roundTripMs: z.number().nullable(),
  reason: z.string().nullable(),
})
export type HostHealth = z.infer<typeof hostHealth>

export const trunkView = z.object({
  id: z.string(),
  version: z.number().int(),
  settings: trunkSettings,
  hasPassword: z.boolean(),
  state: z.object({
    registrations: z.array(registrationState),
    hosts: z.array(hostHealth),
    calls: z.number().int(),
  }),
})
export type TrunkView = z.infer<typeof trunkView>

export const trunkList = z.object({ trunks: z.array(trunkView) })
export type TrunkList = z.infer<typeof trunkList>
