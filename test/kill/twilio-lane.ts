import type { TwilioStandIn } from '@ringdown/testkit'
import { loadMasterKey } from '../../apps/gateway/src/privacy/index.ts'
import { createSealer } from '../../apps/gateway/src/privacy/seal.ts'
import type { TestGateway } from '../harness/gateway.ts'
import { type CallingPhone, type Lane, openLanes } from './lane.ts'
import { TwilioPhone } from './twilio-phone.ts'

export type TwilioLane = Lane & { phone: TwilioPhone }

/** The token of every account here, and the key under which a gateway of these tests keeps it. */
export const twilioToken = 'demo-twilio-token'
export const masterKey = Buffer.alloc(32, 7).toString('base64')

/** Lanes whose callers come through Twilio, each to an account of its own. */
export async function openTwilioLanes(order: {
  gateway: TestGateway
  twilio: TwilioStandIn
  count: number
}): Promise<TwilioLane[]> {
  const { gateway, twilio, count } = order
  const lanes = await openLanes(gateway, count)
  const master = await loadMasterKey({
    source: { type: 'value', value: masterKey },
    dataDir: gateway.dataDir,
  })
  const sealer = createSealer(master)
  return Promise.all(
    lanes.map(async (lane, index) => {
      const { organization } = lane
      const accountSid = `AC${String(index + 1).padStart(32, '0')}`
      const sealed = sealer.seal({ purpose: 'carrier-token', row: organization, text: twilioToken })
      await gateway.sql(
        `insert into carriers.accounts (id, organization, carrier, account_sid, sealed_token)
         values ($1, $1, 'twilio', $2, $3)`,
        [organization, accountSid, sealed],
      )
      const { phone: unused } = lane satisfies { phone: CallingPhone }
      return {
        ...lane,
        phone: new TwilioPhone({ url: gateway.url, twilio, accountSid, close: () => unused.close() }),
      }
    }),
  )
}
