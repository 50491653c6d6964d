import type { ErrorBody, ErrorCode } from '@ringdown/contract'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { StreamInstructions } from '../../legs/stream/index.ts'
import type { AccountKeys } from './account-keys.ts'
import { apology, comeLater, documentFor, notInService } from './answers.rules.ts'
import { readSignedRequest, type SignedRequest } from './signed-request.ts'
import { createTakeCall, legOf, type TakeCallNeeds } from './take-call.usecases.ts'

/** Twilio's requests are a few kB. */
const bodyLimit = 64 * 1024

export type TwilioRoutesNeeds = TakeCallNeeds & {
  keys: AccountKeys
  referenceOf(worker: number): string
  /** `RINGDOWN_PUBLIC_URL`; null where it is not set, then the request's Host names us. */
  publicUrl: string | null
  /** False until the calls of an earlier control were taken up: until then an unknown call may still be one of ours. */
  recovered(): boolean
}

type Handle = (call: SignedRequest, request: FastifyRequest) => Promise<string | null>

/** The webhooks of a Twilio number, as a Fastify plugin. */
export async function twilioRoutes(server: FastifyInstance, needs: TwilioRoutesNeeds): Promise<void> {
  const handle = handlersOf(needs)
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit },
    (_request, body, done) => done(null, body),
  )
  server.setErrorHandler((error: FastifyError, _request, reply) => answerError(needs, error, reply))
  const post = (path: string, handler: Handle) =>
    server.post(`/carriers/twilio${path}`, { bodyLimit }, (request, reply) =>
      answer({ needs, request, reply, handler }),
    )
  post('/voice', handle.voice)
  post('/voice/resume', handle.resume)
  post('/voice/status', handle.status)
  post('/voice/fallback', handle.fallback)
}

function handlersOf(needs: TwilioRoutesNeeds): Record<'voice' | 'resume' | 'status' | 'fallback', Handle> {
  const { legs, counter } = needs
  const { takeCall, settled } = createTakeCall(needs)
  const sorry = () => {
    counter.count('apology')
    return apology
  }
  const document = (call: SignedRequest, instructions: StreamInstructions, comeback: number) => {
    if (instructions.type === 'apologize') counter.count('apology')
    return documentFor({ instructions, base: call.base, comeback, referenceOf: needs.referenceOf })
  }
  const resume = async (call: SignedRequest, comeback: number): Promise<string> => {
    const leg = legOfRequest(call)
    if (legs.standing(leg) === 'unknown' && !needs.recovered())
      return comeLater({ base: call.base, comeback })
    const instructions = await legs.resumeInstructions(leg)
    if (instructions.type === 'stream') counter.count('stream resumed')
    return document(call, instructions, comeback)
  }
  return {
    async voice(call) {
      const { To: to, From: from, CallSid: callSid, StirVerstat: verstat } = call.parameters
      const taken = await takeCall({ ...call, callSid, to, from, verstat })
      if (taken.type === 'not in service') return notInService
      return taken.type === 'unavailable' ? sorry() : document(call, taken.instructions, 0)
    },
    resume: (call, request) => resume(call, comebackOf(request)),
    async status(call) {
      const cause = endOf(call.parameters.CallStatus)
      if (!cause) return null
      await settled(legOfRequest(call))
      await legs.carrierEnded(legOfRequest(call), cause)
      return null
    },
    // Twilio comes here when it could not fetch or run a document. A call that lives goes on; others are told.
    async fallback(call) {
      return legs.standing(legOfRequest(call)) === 'live' ? resume(call, 0) : sorry()
    },
  }
}

function legOfRequest({ accountSid, parameters }: SignedRequest) {
  return legOf({ accountSid, callSid: parameters.CallSid })
}

/** https://www.twilio.com/docs/voice/api/call-resource#call-status-values: the final ones. */
function endOf(status: string): 'far end hung up' | 'carrier ended' | undefined {
  if (status === 'completed') return 'far end hung up'
  return ['busy', 'failed', 'no-answer', 'canceled'].includes(status) ? 'carrier ended' : undefined
}

function comebackOf(request: FastifyRequest): number {
  const { comeback } = request.query as { comeback?: unknown }
  return typeof comeback === 'string' && /^\d{1,3}$/.test(comeback) ? Number(comeback) : 0
}

async function answer(given: {
  needs: TwilioRoutesNeeds
  request: FastifyRequest
  reply: FastifyReply
  handler: Handle
}): Promise<FastifyReply> {
  const { needs, request, reply } = given
  const read = await readSignedRequest({ request, publicUrl: needs.publicUrl, keys: needs.keys })
  if ('status' in read) {
    needs.counter.count(read.count)
    return reply.code(read.status).send(errorOf(read.code, read.message))
  }
  const document = await given.handler(read, request)
  return document === null ? reply.code(204).send() : reply.type('text/xml; charset=utf-8').send(document)
}

function answerError(needs: TwilioRoutesNeeds, error: FastifyError, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500
  // Ours, not Twilio's: the server around this one answers and logs it.
  if (status >= 500) throw error
  needs.counter.count('malformed request')
  return status === 413
    ? reply.code(413).send(errorOf('request.too-large', 'The body is larger than 64 kB.'))
    : reply.code(400).send(errorOf('request.malformed', 'The body must be an URL-encoded form.'))
}

function errorOf(code: ErrorCode, message: string): ErrorBody {
  return { error: { code, message } }
}
