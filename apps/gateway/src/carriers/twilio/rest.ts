import type { CarrierAnswer, CarrierCall, Clock, StreamCarrier } from '../../legs/stream/index.ts'
import type { AccountKeys } from './account-keys.ts'
import { apology } from './answers.rules.ts'
import type { TwilioCounter } from './twilio.port.ts'

const timeoutMs = 5_000
/** Waits before the second and the third attempt. ms. */
const backOffMs = [250, 1_000]
/** Twilio's code for a call that is not in progress (any more). https://www.twilio.com/docs/api/errors/21220 */
const notInProgress = 21220

type Attempt = CarrierAnswer | 'try again'

/** Orders about live calls through Twilio's REST API. https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource */
export function createTwilioRest(given: {
  /** `https://api.twilio.com`, or where a stand-in answers. */
  apiBase: string
  keys: AccountKeys
  clock: Clock
  counter: TwilioCounter
  fetch?: typeof fetch
}): StreamCarrier {
  const { clock, counter } = given

  async function update(call: CarrierCall, order: Record<string, string>): Promise<CarrierAnswer> {
    const account = await given.keys.find(call.account).catch(() => null)
    if (!account) return failed(counter)
    for (const wait of [...backOffMs, null]) {
      const answer = await attempt({ ...given, call, order, authToken: account.authToken })
      if (answer !== 'try again') return answer === 'failed' ? failed(counter) : answer
      if (wait !== null) await sleep(wait, clock)
    }
    return failed(counter)
  }

  return {
    askToResume: call => update(call, { Url: call.resumeUrl, Method: 'POST' }),
    hangUp: (call, { apologize }) => update(call, apologize ? { Twiml: apology } : { Status: 'completed' }),
  }
}

/** Errors stay in here: they carry addresses and bodies, and nobody could do more about them than count. */
async function attempt(given: {
  apiBase: string
  call: CarrierCall
  order: Record<string, string>
  authToken: string
  fetch?: typeof fetch
}): Promise<Attempt> {
  const { call, authToken } = given
  const address = `${given.apiBase}/2010-04-01/Accounts/${call.account}/Calls/${call.call}.json`
  try {
    const response = await (given.fetch ?? fetch)(address, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${call.account}:${authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams(given.order).toString(),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const body: unknown = await response.json().catch(() => null)
    return meaningOf(response.status, body)
  } catch {
    return 'try again'
  }
}

function meaningOf(status: number, body: unknown): Attempt {
  if (status >= 200 && status < 300) return 'done'
  if (status === 429 || status >= 500) return 'try again'
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
  return status === 404 || code === notInProgress ? 'gone' : 'failed'
}

function failed(counter: TwilioCounter): 'failed' {
  counter.count('api failure')
  return 'failed'
}

function sleep(ms: number, clock: Clock): Promise<void> {
  return new Promise(resolve => void clock.after(ms, resolve))
}
