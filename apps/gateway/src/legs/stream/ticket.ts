import type { LegId } from '../leg.port.ts'
import type { LegData } from './leg-data.ts'
import { matches, mintToken, type TokenMark } from './token.ts'

/**
 * The token that a leg's next stream must bring. One at a time; using it, or asking for another stream, voids it.
 * After a restart only the mark of the first is known: it stays good for the stream that may be on its way.
 */
export function createTicket({ leg, data, token }: { leg: LegId; data: LegData; token: string | null }) {
  let ticket: { mark: TokenMark; token: string | null } | null = { mark: data.token, token }
  return {
    /** The token to tell the carrier: the same one again while it is good, so that a repeated webhook changes nothing. */
    current(now: number): string {
      if (ticket?.token && now < ticket.mark.expiresAt) return ticket.token
      const minted = mintToken({ leg, now })
      ticket = minted
      return minted.token
    },
    faultOf(given: string | null, now: number): string | null {
      if (!ticket) return 'the token was used'
      if (given === null || !matches(ticket.mark, given)) return 'the token is wrong'
      return now < ticket.mark.expiresAt ? null : 'the token expired'
    },
    void() {
      ticket = null
    },
  }
}
