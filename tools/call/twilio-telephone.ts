import { decodeG711, encodeG711 } from '@ringdown/media'
import { createTwilioStandIn, type TwilioCallEnd, type TwilioStandIn } from '@ringdown/testkit'
import type { Telephone, TelephoneOrder } from './telephone.ts'

/** The demo's account (DESIGN §7). */
const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'demo-twilio-token' }

/**
 * Calls through a stand-in for Twilio: signed webhooks, our TwiML, a media stream.
 *
 * @param order.publicUrl how the gateway believes to be reached: what is signed
 * @param order.server where it really listens
 * @param order.apiPort where it looks for Twilio's REST API, on loopback
 */
export async function callByTwilio(
  order: TelephoneOrder & { publicUrl: string; server: { host: string; port: number }; apiPort: number },
): Promise<Telephone> {
  const { to, from, says, publicUrl, server, apiPort, report } = order
  const seen = new URL(publicUrl).host
  const reach = (url: string) => {
    const address = new URL(url)
    if (address.host !== seen) return url
    const protocol = address.protocol.startsWith('ws') ? 'ws:' : 'http:'
    return `${protocol}//${server.host}:${server.port}${address.pathname}${address.search}`
  }
  const twilio = await openStandIn({ apiPort, reach, report })
  const call = twilio.call({
    voiceUrl: `${publicUrl}/carriers/twilio/voice`,
    statusUrl: `${publicUrl}/carriers/twilio/voice/status`,
    fallbackUrl: `${publicUrl}/carriers/twilio/voice/fallback`,
    from,
    to,
    ...(says ? { audio: encodeG711('PCMU', says) } : {}),
  })
  void call.waitFor('answered').then(({ status }) => {
    const hint = status === 403 ? ' (give the gateway’s RINGDOWN_PUBLIC_URL to this telephone, too)' : ''
    report(`the webhook answered ${status}${hint}`)
  })
  void call.waitFor('error').then(({ message }) => report(`error: ${message}`))
  const started = call.waitFor('stream started').then(() => true)
  return {
    answered: Promise.race([started, call.ended.then(() => false)]),
    ended: call.ended.then(whoEnded),
    sendDigits: digits => call.sendDigits(digits),
    hangUp: () => call.hangUp(),
    heard: () => decodeG711('PCMU', call.heard()),
    close: () => twilio.close(),
  }
}

/** The gateway ends and moves live calls through the REST API: without it, only the caller can end this one. */
async function openStandIn(order: {
  apiPort: number
  reach: (url: string) => string
  report: (line: string) => void
}): Promise<TwilioStandIn> {
  const { apiPort, reach, report } = order
  try {
    const twilio = await createTwilioStandIn({ ...account, reach, apiPort })
    report(
      `REST API at ${twilio.apiBase}; the gateway can hang up if that is its TWILIO_API_BASE (as in the demo)`,
    )
    return twilio
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    report(
      `port ${apiPort} for the REST API is taken (by another call?): the gateway cannot hang up this one`,
    )
    return createTwilioStandIn({ ...account, reach })
  }
}

function whoEnded({ by }: TwilioCallEnd): string {
  const names = { caller: 'us', instructions: 'the other side', api: 'the other side', error: 'an error' }
  return names[by]
}
