import type { StreamInstructions } from '../../legs/stream/index.ts'
import { connectStream, hangUp, pause, redirect, say, twiml } from './twiml.rules.ts'

/** Where the carrier reaches us from outside, without a trailing slash. */
export type PublicBase = string

/** A caller for whom nothing can take the audio comes back every two seconds, for half a minute. */
const comebackSeconds = 2
const comebacks = 15

export const notInService = twiml(say('The number you have dialled is not in service.'), hangUp)

export const apology = twiml(
  say('We are sorry. We cannot connect your call at the moment. Please try again in a few minutes.'),
  hangUp,
)

const goodbye = twiml(hangUp)

/**
 * Appended to an address that Twilio is to ask: five more tries, whatever the failure was (a control that was killed over
 * the request). Twilio keeps it to itself. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export const untilAnswered = '#rc=5&rp=all'

export function resumeUrl(base: PublicBase, comeback?: number): string {
  const query = comeback === undefined ? '' : `?comeback=${comeback}`
  return `${base}/carriers/twilio/voice/resume${query}${untilAnswered}`
}

/** The document for instructions; `comeback`: how often this call was told to come back already. */
export function documentFor(given: {
  instructions: StreamInstructions
  base: PublicBase
  comeback: number
  referenceOf(worker: number): string
}): string {
  const { instructions, base, comeback } = given
  switch (instructions.type) {
    case 'stream':
      return twiml(
        connectStream({
          url: streamUrl(base, given.referenceOf(instructions.worker)),
          token: instructions.token,
        }),
        redirect(resumeUrl(base)),
      )
    case 'later':
      return comeLater({ base, comeback })
    case 'apologize':
      return apology
    case 'over':
      return goodbye
  }
}

export function comeLater({ base, comeback }: { base: PublicBase; comeback: number }): string {
  if (comeback >= comebacks) return apology
  return twiml(pause({ seconds: comebackSeconds }), redirect(resumeUrl(base, comeback + 1)))
}

function streamUrl(base: PublicBase, reference: string): string {
  return `${base.replace(/^http/, 'ws')}/carriers/twilio/stream/${reference}`
}
