import { describe, expect, test } from 'vitest'
import { createResponse } from '../message/build.ts'
import { createTestRequest } from '../testing/messages.ts'
import { afterInputs, type TransitionRow, transportError } from '../testing/transitions.ts'
import { startNonInviteServer } from './non-invite-server.ts'
import type { TransactionInput } from './transaction.ts'

const request = createTestRequest({ method: 'OPTIONS' })
const respond = (status: number): TransactionInput => ({
  type: 'respond',
  response: createResponse(request, status, { toTag: 'ours' }),
})
const again: TransactionInput = { type: 'request', request }

describe('non-INVITE server transaction (RFC 3261 §17.2.2)', () => {
  test.each<TransitionRow>([
    {
      title: 'when it starts, it only tells the user',
      inputs: [],
      state: 'trying',
      effects: ['tell request'],
    },
    { title: 'a repeated request in Trying is dropped', inputs: [again], state: 'trying', effects: [] },
    {
      title: 'upon a 1xx of the user, it sends it and enters Proceeding',
      inputs: [respond(100)],
      state: 'proceeding',
      effects: ['send 100'],
    },
    {
      title: 'upon a repeated request in Proceeding, it sends the last provisional response again',
      inputs: [respond(100), again],
      state: 'proceeding',
      effects: ['send again 100'],
    },
    {
      title: 'upon a final response over UDP, it sends it, enters Completed and starts Timer J',
      inputs: [respond(200)],
      state: 'completed',
      effects: ['send 200', 'start J 32000'],
    },
    {
      title: 'upon a final response over TCP, it ends at once (Timer J is zero)',
      reliable: true,
      inputs: [respond(200)],
      state: 'terminated',
      effects: ['send 200', 'end normal'],
    },
    {
      title: 'upon a repeated request in Completed, it sends the final response again',
      inputs: [respond(100), respond(200), again],
      state: 'completed',
      effects: ['send again 200'],
    },
    {
      title: 'another answer of the user in Completed is dropped',
      inputs: [respond(200), respond(500)],
      state: 'completed',
      effects: ['unexpected respond'],
    },
    {
      title: 'upon Timer J, it ends',
      inputs: [respond(200), { type: 'timer', name: 'J' }],
      state: 'terminated',
      effects: ['end normal'],
    },
    {
      title: 'upon a transport error, it tells the user and stays (RFC 6026 §8.8)',
      inputs: [transportError],
      state: 'trying',
      effects: ['tell transport error'],
    },
  ])('$title', ({ reliable = false, inputs, state, effects }) => {
    expect(afterInputs(startNonInviteServer({ request, reliable }), inputs)).toEqual({ state, effects })
  })
})
