import { createHash } from 'node:crypto'
import type { Flow, TransactionSnapshot } from '@ringdown/sip'
import { z } from 'zod'

/**
 * What a SIP leg is continued from after a restart. Chosen once, at arrival: the dialog follows from the INVITE and our tag,
 * the answer from the SDP in it and the port where the audio is. Holds the caller's number: stored sealed only.
 */
export type SipLegData = {
  version: 1
  /** The INVITE's server transaction in Proceeding, with the request and where it came from. */
  transaction: TransactionSnapshot
  localTag: string
  /** Session id of our SDP, the same in all descriptions of the dialog. */
  sessionId: string
  contact: string
}

const shape = z.object({
  version: z.literal(1),
  transaction: z.custom<TransactionSnapshot>(value => typeof value === 'object' && value !== null),
  localTag: z.string().min(1),
  sessionId: z.string().regex(/^\d+$/),
  contact: z.string().min(1),
})

export const writeLegData = (data: SipLegData): string => JSON.stringify(data)

export function readLegData(text: string): SipLegData | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** The same INVITE is the same leg, also for a control that never saw it. Says nothing about the caller. */
export function legIdOf(transaction: string, flow: Flow): string {
  const hash = createHash('sha256').update(`${flow.address}\0${transaction}`).digest('base64url')
  return `sip-${hash.slice(0, 27)}`
}
