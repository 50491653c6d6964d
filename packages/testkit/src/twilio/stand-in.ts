import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createApiServer } from './api-server.ts'
import { TwilioCall, type TwilioCallOrder } from './call.ts'

export type TwilioStandIn = {
  /** Value for `TWILIO_API_BASE`. */
  apiBase: string
  /** Places a call to a number of this account. */
  call(order: TwilioCallOrder): TwilioCall
  /** Parameters of every request to the REST API so far. */
  apiRequests(): Record<string, string>[]
  /** The REST API answers the next `times` requests with this HTTP status. */
  failApi(status: number, times: number): void
  /** Hangs up every call and stops the API. */
  close(): Promise<void>
}

/**
 * Stands in for Twilio: places calls at a gateway with signed webhooks, follows the TwiML it answers (strictly: what we
 * would not write is an error), opens media streams, and answers the REST API for live calls.
 *
 * @throws Error with the code EADDRINUSE when somebody listens at `apiPort`
 */
export async function createTwilioStandIn(options: {
  accountSid: string
  authToken: string
  /** Where to connect for an address, e.g. for a gateway with a public address behind no proxy. Itself by default. */
  reach?: (url: string) => string
  /** TCP port of the REST API; any free one by default. */
  apiPort?: number
  /** Real ms in a `<Pause>` second; 1000 by default. */
  secondMs?: number
}): Promise<TwilioStandIn> {
  const { accountSid, authToken } = options
  const account = {
    accountSid,
    authToken,
    reach: options.reach ?? ((url: string) => url),
    secondMs: options.secondMs ?? 1_000,
  }
  const calls = new Map<string, TwilioCall>()
  const requests: Record<string, string>[] = []
  const faults: number[] = []
  const server = createApiServer({
    accountSid,
    authToken,
    callOf: sid => calls.get(sid),
    fault: () => faults.shift(),
    onRequest: parameters => requests.push(parameters),
  })
  server.listen(options.apiPort ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    apiBase: `http://127.0.0.1:${port}`,
    call(order) {
      const call = new TwilioCall(account, order)
      calls.set(call.sid, call)
      return call
    },
    apiRequests: () => requests,
    failApi: (status, times) => void faults.push(...Array<number>(times).fill(status)),
    async close() {
      for (const call of calls.values()) call.hangUp()
      await Promise.all([...calls.values()].map(call => call.ended))
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
