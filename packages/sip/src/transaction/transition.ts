import { inviteClient } from './invite-client.ts'
import { inviteServer } from './invite-server.ts'
import { nonInviteClient } from './non-invite-client.ts'
import { nonInviteServer } from './non-invite-server.ts'
import type { Step, TransactionInput, TransactionState } from './transaction.ts'

/** One step of a transaction (RFC 3261 §17 with RFC 6026). Pure: the caller carries out the effects in order. */
export function transition(state: TransactionState, input: TransactionInput): Step {
  switch (state.machine) {
    case 'INVITE client':
      return inviteClient(state, input)
    case 'non-INVITE client':
      return nonInviteClient(state, input)
    case 'INVITE server':
      return inviteServer(state, input)
    case 'non-INVITE server':
      return nonInviteServer(state, input)
  }
}
