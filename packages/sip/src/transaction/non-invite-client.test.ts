import { describe, expect, test } from 'vitest'
import { createTestRequest, createTestResponse } from '../testing/messages.ts'
import { afterInputs, type TransitionRow, timer, transportError } from '../testing/transitions.ts'
import { startNonInviteClient } from './non-invite-client.ts'
import type { TransactionInput } from './transaction.ts'

const request = createTestRequest({ method: 'BYE', toTag: 'callee' })
const response = (status: number): TransactionInput => ({
  type: 'response',
  response: createTestResponse(request, status),
})

describe('non-INVITE client transaction (RFC 3261 §17.1.2)', () => {
  test.each<TransitionRow>([
    {
      title: 'when it starts over UDP, it sends the request and starts Timers E and F',
      inputs: [],
      state: 'trying',
      effects: ['send BYE', 'start E 500', 'start F 32000'],
    },
    {
      title: 'when it starts over TCP, it starts Timer F only',
      reliable: true,
      inputs: [],
      state: 'trying',
      effects: ['send BYE', 'start F 32000'],
    },
    {
      title: 'upon Timer E in Trying, it repeats the request and doubles Timer E',
      inputs: [timer('E')],
      state: 'trying',
      effects: ['send again BYE', 'start E 1000'],
    },
    {
      title: 'Timer E does not grow beyond T2',
      inputs: [timer('E'), timer('E'), timer('E'), timer('E'), timer('E')],
      state: 'trying',
      effects: ['send again BYE', 'start E 4000'],
    },
    {
      title: 'upon Timer E in Proceeding, it repeats the request and sets Timer E to T2',
      inputs: [response(100), timer('E')],
      state: 'proceeding',
      effects: ['send again BYE', 'start E 4000'],
    },
    {
      title: 'upon a 1xx, it enters Proceeding and lets Timers E and F run',
      inputs: [response(100)],
      state: 'proceeding',
      effects: ['tell 100'],
    },
    {
      title: 'upon Timer F in Trying, it tells the user of a timeout and ends',
      inputs: [timer('F')],
      state: 'terminated',
      effects: ['stop E', 'tell timeout', 'end timeout'],
    },
    {
      title: 'upon Timer F in Proceeding, it tells the user of a timeout and ends',
      inputs: [response(100), timer('F')],
      state: 'terminated',
      effects: ['stop E', 'tell timeout', 'end timeout'],
    },
    {
      title: 'upon a final response over UDP, it enters Completed and starts Timer K',
      inputs: [response(200)],
      state: 'completed',
      effects: ['stop E', 'stop F', 'tell 200', 'start K 5000'],
    },
    {
      title: 'upon a final response over TCP, it ends at once (Timer K is zero)',
      reliable: true,
      inputs: [response(481)],
      state: 'terminated',
      effects: ['stop E', 'stop F', 'tell 481', 'end normal'],
    },
    {
      title: 'a repeated final response in Completed is swallowed',
      inputs: [response(200), response(200)],
      state: 'completed',
      effects: [],
    },
    {
      title: 'upon Timer K in Completed, it ends',
      inputs: [response(200), timer('K')],
      state: 'terminated',
      effects: ['end normal'],
    },
    {
      title: 'upon a transport error in Trying, it tells the user and ends',
      inputs: [transportError],
      state: 'terminated',
      effects: ['stop E', 'stop F', 'tell transport error', 'end transport error'],
    },
  ])('$title', ({ reliable = false, inputs, state, effects }) => {
    expect(afterInputs(startNonInviteClient({ request, reliable }), inputs)).toEqual({ state, effects })
  })
})
