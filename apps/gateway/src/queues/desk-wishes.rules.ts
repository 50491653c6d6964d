import type { CallState } from '../calls/index.ts'
import type { DeskWish } from '../legs/desk/desk-lines.port.ts'

/** What a call wants of its operators' desk phones. `usesPhone`: who answers with one. */
export function deskWishesOf(state: CallState, usesPhone: (operator: string) => boolean): DeskWish[] {
  switch (state.type) {
    case 'offered':
      return state.offers
        .map(offer => offer.operator)
        .filter(usesPhone)
        .map(operator => ({ operator, type: 'ring' }))
    case 'connected':
    case 'held':
      return usesPhone(state.operator)
        ? [{ operator: state.operator, type: 'talk', endpoint: state.line.endpoint }]
        : []
    // The telephone waits for its audio, as the caller does.
    case 'parked':
      return usesPhone(state.operator) ? [{ operator: state.operator, type: 'talk', endpoint: null }] : []
    default:
      return []
  }
}
