import type { ErrorCode } from '@ringdown/contract'
import type { FastifyRequest } from 'fastify'
import type { AccountKeys } from './account-keys.ts'
import type { PublicBase } from './answers.rules.ts'
import { parseForm, readAccountSid, readVoiceParameters, type VoiceParameters } from './form.ts'
import { isSigned } from './signature.ts'
import type { TwilioCount } from './twilio.port.ts'

/** A request that this account of Twilio certainly sent. */
export type SignedRequest = {
  organization: string
  accountSid: string
  parameters: VoiceParameters
  base: PublicBase
}

export type Refusal = { status: 400 | 403; code: ErrorCode; message: string; count: TwilioCount }

export async function readSignedRequest(given: {
  request: FastifyRequest
  publicUrl: string | null
  keys: AccountKeys
}): Promise<SignedRequest | Refusal> {
  const { request, keys } = given
  const form = typeof request.body === 'string' ? parseForm(request.body) : undefined
  const base = baseOf(given.publicUrl, request.headers.host)
  if (!form || !base) return malformed('The body must be an URL-encoded form.')
  const accountSid = readAccountSid(form)
  if (!accountSid) return malformed('AccountSid is missing or is no account SID.')
  const account = await keys.find(accountSid)
  if (!account) return unknownAccount
  const signature = request.headers['x-twilio-signature']
  const { authToken, organization } = account
  const url = base + request.url
  if (typeof signature !== 'string' || !isSigned({ authToken, signature, url, form })) return badSignature
  const parameters = readVoiceParameters(form)
  if (!parameters) return malformed('CallSid is missing or is no call SID, or a parameter is too long.')
  return { organization, accountSid, parameters, base }
}

/** The address that Twilio called: behind a proxy only the configured one is right. */
function baseOf(publicUrl: string | null, host: string | undefined): PublicBase | undefined {
  if (publicUrl !== null) return publicUrl.replace(/\/+$/, '')
  return host && /^[A-Za-z0-9.\-_:[\]]+$/.test(host) ? `http://${host}` : undefined
}

const unknownAccount: Refusal = {
  status: 403,
  code: 'carrier.unknown-account',
  message: 'This Twilio account is not connected here: add it under Carriers.',
  count: 'unknown account',
}

const badSignature: Refusal = {
  status: 403,
  code: 'carrier.bad-signature',
  message:
    "The X-Twilio-Signature does not fit: check the account's auth token, and RINGDOWN_PUBLIC_URL behind a proxy.",
  count: 'bad signature',
}

function malformed(message: string): Refusal {
  return { status: 400, code: 'request.malformed', message, count: 'malformed request' }
}
