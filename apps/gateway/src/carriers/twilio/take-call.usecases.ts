import type { Arrival, CallsPort, LegId } from '../../legs/leg.port.ts'
import type { StreamInstructions, StreamLegs } from '../../legs/stream/index.ts'
import { isWithheld } from '../../privacy/index.ts'
import { type PublicBase, resumeUrl } from './answers.rules.ts'
import { dialledNumber } from './form.ts'
import { identityOf } from './identity.rules.ts'
import type { CallerVault, NumberDirectory, TwilioCounter } from './twilio.port.ts'

export type IncomingCall = {
  organization: string
  accountSid: string
  callSid: string
  to: string
  from: string
  /** What Twilio proved about the caller's number, in its words; undefined: nothing was signed. */
  verstat: string | undefined
  base: PublicBase
}

export type TakenCall =
  | { type: 'instructions'; instructions: StreamInstructions }
  | { type: 'not in service' }
  /** No new calls now: the gateway is stopping, or the database is away. */
  | { type: 'unavailable' }

export type TakeCallNeeds = {
  numbers: NumberDirectory
  vault: CallerVault
  calls: CallsPort
  legs: StreamLegs
  counter: TwilioCounter
}

/** The leg of a carrier's call. The account is part of it: nobody reaches a leg by the call of another account. */
export function legOf({ accountSid, callSid }: { accountSid: string; callSid: string }): LegId {
  return `twilio-${accountSid}-${callSid}`
}

/** Takes a call that Twilio announced; the same announcement again (Twilio repeats) is the same call. */
export function createTakeCall(needs: TakeCallNeeds) {
  const arriving = new Map<LegId, Promise<TakenCall>>()

  async function takeCall(incoming: IncomingCall): Promise<TakenCall> {
    const leg = legOf(incoming)
    const pending = arriving.get(leg)
    if (!pending && needs.legs.standing(leg) === 'unknown') {
      const arrival = arrive(needs, leg, incoming).finally(() => arriving.delete(leg))
      arriving.set(leg, arrival)
      return arrival
    }
    needs.counter.count('call repeated')
    return pending ?? { type: 'instructions', instructions: await needs.legs.firstInstructions(leg) }
  }

  return {
    takeCall,
    /** Resolves when a call that is just being taken stands in the journal, or was refused. */
    async settled(leg: LegId): Promise<void> {
      await arriving.get(leg)
    },
  }
}

async function arrive(needs: TakeCallNeeds, leg: LegId, incoming: IncomingCall): Promise<TakenCall> {
  const number = dialledNumber(incoming.to)
  try {
    const route = number ? await needs.numbers.find(number) : null
    if (!route?.inService || route.organization !== incoming.organization) {
      needs.counter.count('not in service')
      return { type: 'not in service' }
    }
    const { organization, queue } = route
    const caller = await needs.vault.storeCaller({ organization, number: incoming.from || null })
    const identity = isWithheld(incoming.from) ? null : identityOf(incoming)
    return await journal(needs, leg, incoming, {
      organization,
      number: route.number,
      queue,
      caller,
      identity,
    })
  } catch {
    // The database went away between two questions. What was asked holds a caller's number, so the error stays here.
    return { type: 'unavailable' }
  }
}

async function journal(
  { calls, legs, counter }: TakeCallNeeds,
  leg: LegId,
  { accountSid, callSid, base }: IncomingCall,
  call: Omit<Arrival, 'leg'>,
): Promise<TakenCall> {
  const data = legs.announce({
    leg,
    carrierCall: { carrier: 'twilio', account: accountSid, call: callSid, resumeUrl: resumeUrl(base) },
  })
  const arrival = await calls
    .arrive({ ...call, leg: { leg, kind: 'stream', data } })
    .catch(() => ({ ok: false }) as const)
  if (!arrival.ok) {
    legs.discard(leg)
    return { type: 'unavailable' }
  }
  counter.count('call taken')
  legs.journaled({ leg, call: arrival.call })
  return { type: 'instructions', instructions: await legs.firstInstructions(leg) }
}
