import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import type { TwilioCall } from './call.ts'

const path = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/Calls\/(CA[0-9a-f]{32})\.json$/

/** The parameters of a call update that we use, exactly one purpose at a time. */
const update = z.union([
  z.strictObject({ Status: z.literal('completed') }),
  z.strictObject({ Url: z.url(), Method: z.literal('POST') }),
  z.strictObject({ Twiml: z.string().max(4_000) }),
])

type Answer = { status: number; body: object }

/** Twilio's REST API, as far as it moves and ends live calls. */
export function createApiServer(given: {
  accountSid: string
  authToken: string
  callOf(sid: string): TwilioCall | undefined
  /** An answer instead of the real one, where a test wants one. */
  fault(): number | undefined
  onRequest(parameters: Record<string, string>): void
}): Server {
  return createServer((request, response) => {
    void readBody(request).then(body => {
      const parameters = Object.fromEntries(new URLSearchParams(body))
      given.onRequest(parameters)
      send(response, answer(given, request, parameters))
    })
  })
}

function answer(
  given: Parameters<typeof createApiServer>[0],
  request: IncomingMessage,
  parameters: Record<string, string>,
): Answer {
  const fault = given.fault()
  if (fault !== undefined) return problem(fault, 20500, 'as the test wished')
  const [, account, sid = ''] = path.exec(request.url ?? '') ?? []
  const call = given.callOf(sid)
  const accountSid = call?.accountSid ?? given.accountSid
  const credentials = Buffer.from(`${accountSid}:${given.authToken}`).toString('base64')
  if (request.headers.authorization !== `Basic ${credentials}`) return problem(401, 20003, 'Authenticate')
  if (request.method !== 'POST' || !call || account !== accountSid)
    return problem(404, 20404, 'The requested resource was not found')
  const order = update.safeParse(parameters).data
  if (!order) return problem(400, 20001, 'Unknown or missing parameters')
  if (call.isOver()) return problem(400, 21220, 'Call is not in-progress. Cannot redirect.')
  if ('Status' in order) call.complete()
  else call.redirect('Url' in order ? { url: order.Url } : { twiml: order.Twiml })
  return {
    status: 200,
    body: { sid, account_sid: account, status: call.isOver() ? 'completed' : 'in-progress' },
  }
}

function problem(status: number, code: number, message: string): Answer {
  return { status, body: { code, message, status } }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
