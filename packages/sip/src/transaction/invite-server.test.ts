import { describe, expect, test } from 'vitest'
import { createResponse } from '../message/build.ts'
import { createTestRequest } from '../testing/messages.ts'
import { afterInputs, type TransitionRow, timer, transportError } from '../testing/transitions.ts'
import { startInviteServer } from './invite-server.ts'
import type { TransactionInput } from './transaction.ts'

const request = createTestRequest()
const respond = (status: number): TransactionInput => ({
  type: 'respond',
  response: createResponse(request, status, { toTag: 'ours' }),
})
const invite: TransactionInput = { type: 'request', request }
const ack: TransactionInput = { type: 'request', request: createTestRequest({ method: 'ACK' }) }

describe('INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1)', () => {
  test.each<TransitionRow>([
    {
      title: 'when it starts, it sends 100 and tells the user',
      inputs: [],
      state: 'proceeding',
      effects: ['send 100', 'tell request'],
    },
    {
      title: 'upon a repeated INVITE before any answer, it sends 100 again',
      inputs: [invite],
      state: 'proceeding',
      effects: ['send again 100'],
    },
    {
      title: 'upon a repeated INVITE in Proceeding, it sends the last provisional response again',
      inputs: [respond(180), respond(183), invite],
      state: 'proceeding',
      effects: ['send again 183'],
    },
    {
      title: 'upon an ACK in Proceeding, it does nothing',
      inputs: [ack],
      state: 'proceeding',
      effects: ['unexpected request'],
    },
    {
      title: 'upon a 2xx of the user, it sends it, enters Accepted and starts Timer L',
      inputs: [respond(200)],
      state: 'accepted',
      effects: ['send 200', 'start L 32000'],
    },
    {
      title: 'a repeated INVITE in Accepted is swallowed',
      inputs: [respond(200), invite],
      state: 'accepted',
      effects: [],
    },
    {
      title: 'an ACK in Accepted is handed to the user',
      inputs: [respond(200), ack],
      state: 'accepted',
      effects: ['tell ack'],
    },
    {
      title: 'a 2xx that the user repeats in Accepted is sent',
      inputs: [respond(200), respond(200)],
      state: 'accepted',
      effects: ['send again 200'],
    },
    {
      title: 'a failure after a 2xx is not sent',
      inputs: [respond(200), respond(486)],
      state: 'accepted',
      effects: ['unexpected respond'],
    },
    {
      title: 'upon Timer L, it ends',
      inputs: [respond(200), timer('L')],
      state: 'terminated',
      effects: ['end normal'],
    },
    {
      title: 'upon a failure over UDP, it sends it, enters Completed and starts Timers G and H',
      inputs: [respond(486)],
      state: 'completed',
      effects: ['send 486', 'start G 500', 'start H 32000'],
    },
    {
      title: 'upon a failure over TCP, it starts Timer H only',
      reliable: true,
      inputs: [respond(486)],
      state: 'completed',
      effects: ['send 486', 'start H 32000'],
    },
    {
      title: 'upon Timer G, it repeats the failure and doubles Timer G',
      inputs: [respond(486), timer('G')],
      state: 'completed',
      effects: ['send again 486', 'start G 1000'],
    },
    {
      title: 'Timer G does not grow beyond T2',
      inputs: [respond(486), timer('G'), timer('G'), timer('G'), timer('G'), timer('G')],
      state: 'completed',
      effects: ['send again 486', 'start G 4000'],
    },
    {
      title: 'upon a repeated INVITE in Completed, it sends the failure again',
      inputs: [respond(404), invite],
      state: 'completed',
      effects: ['send again 404'],
    },
    {
      title: 'upon Timer H, it tells the user of a timeout and ends',
      inputs: [respond(486), timer('H')],
      state: 'terminated',
      effects: ['stop G', 'tell timeout', 'end timeout'],
    },
    {
      title: 'upon the ACK over UDP, it enters Confirmed and starts Timer I',
      inputs: [respond(486), ack],
      state: 'confirmed',
      effects: ['stop G', 'stop H', 'start I 5000'],
    },
    {
      title: 'upon the ACK over TCP, it ends at once (Timer I is zero)',
      reliable: true,
      inputs: [respond(486), ack],
      state: 'terminated',
      effects: ['stop G', 'stop H', 'end normal'],
    },
    {
      title: 'a repeated ACK in Confirmed is swallowed',
      inputs: [respond(486), ack, ack],
      state: 'confirmed',
      effects: [],
    },
    {
      title: 'upon Timer I, it ends',
      inputs: [respond(486), ack, timer('I')],
      state: 'terminated',
      effects: ['end normal'],
    },
    {
      title: 'upon a transport error, it tells the user and stays (RFC 6026 §8.8)',
      inputs: [respond(180), transportError],
      state: 'proceeding',
      effects: ['tell transport error'],
    },
  ])('$title', ({ reliable = false, inputs, state, effects }) => {
    expect(afterInputs(startInviteServer({ request, reliable }), inputs)).toEqual({ state, effects })
  })

  test.each<TransitionRow>([
    {
      title: 'when it starts, it tells the user and sends nothing for 200 ms',
      inputs: [],
      state: 'proceeding',
      effects: ['start trying 200', 'tell request'],
    },
    {
      title: 'upon the end of the 200 ms, it sends 100',
      inputs: [timer('trying')],
      state: 'proceeding',
      effects: ['stop trying', 'send 100'],
    },
    {
      title: 'upon a repeated INVITE, it sends 100 without waiting further',
      inputs: [invite],
      state: 'proceeding',
      effects: ['stop trying', 'send 100'],
    },
    {
      title: 'upon a second repetition, it sends 100 again',
      inputs: [invite, invite],
      state: 'proceeding',
      effects: ['send again 100'],
    },
    {
      title: 'upon a provisional response of the user, it sends that instead',
      inputs: [respond(180)],
      state: 'proceeding',
      effects: ['stop trying', 'send 180'],
    },
    {
      title: 'upon a final response of the user, it sends that instead',
      inputs: [respond(486)],
      state: 'completed',
      effects: ['stop trying', 'send 486', 'start G 500', 'start H 32000'],
    },
    {
      title: 'a late timer after 180 does nothing',
      inputs: [respond(180), timer('trying')],
      state: 'proceeding',
      effects: ['unexpected timer'],
    },
  ])('whose 100 may wait: $title', ({ inputs, state, effects }) => {
    const start = startInviteServer({ request, reliable: false, delayed: true })
    expect(afterInputs(start, inputs)).toEqual({ state, effects })
  })
})
