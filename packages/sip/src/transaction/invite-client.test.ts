import { describe, expect, test } from 'vitest'
import { headerLines } from '../message/header-names.ts'
import { createTestRequest, createTestResponse } from '../testing/messages.ts'
import { afterInputs, type TransitionRow, timer, transportError } from '../testing/transitions.ts'
import { startInviteClient } from './invite-client.ts'
import type { TransactionInput } from './transaction.ts'
import { transition } from './transition.ts'

const request = createTestRequest()
const response = (status: number): TransactionInput => ({
  type: 'response',
  response: createTestResponse(request, status),
})
const ACK = createTestRequest({ method: 'ACK' })

describe('INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2)', () => {
  test.each<TransitionRow>([
    {
      title: 'when it starts over UDP, it sends the INVITE and starts Timers A and B',
      inputs: [],
      state: 'calling',
      effects: ['send INVITE', 'start A 500', 'start B 32000'],
    },
    {
      title: 'when it starts over TCP, it starts Timer B only',
      reliable: true,
      inputs: [],
      state: 'calling',
      effects: ['send INVITE', 'start B 32000'],
    },
    {
      title: 'upon Timer A in Calling, it repeats the INVITE and doubles Timer A',
      inputs: [timer('A')],
      state: 'calling',
      effects: ['send again INVITE', 'start A 1000'],
    },
    {
      title: 'Timer A keeps doubling without a ceiling',
      inputs: [timer('A'), timer('A'), timer('A'), timer('A')],
      state: 'calling',
      effects: ['send again INVITE', 'start A 8000'],
    },
    {
      title: 'upon Timer B in Calling, it tells the user of a timeout and ends',
      inputs: [timer('B')],
      state: 'terminated',
      effects: ['stop A', 'tell timeout', 'end timeout'],
    },
    {
      title: 'upon a 1xx in Calling, it enters Proceeding and stops Timers A and B',
      inputs: [response(180)],
      state: 'proceeding',
      effects: ['stop A', 'stop B', 'tell 180'],
    },
    {
      title: 'upon another 1xx in Proceeding, it tells the user',
      inputs: [response(100), response(183)],
      state: 'proceeding',
      effects: ['tell 183'],
    },
    {
      title: 'upon a 2xx in Calling, it enters Accepted and starts Timer M',
      inputs: [response(200)],
      state: 'accepted',
      effects: ['stop A', 'stop B', 'tell 200', 'start M 32000'],
    },
    {
      title: 'upon a 2xx in Proceeding, it enters Accepted and starts Timer M',
      inputs: [response(180), response(200)],
      state: 'accepted',
      effects: ['tell 200', 'start M 32000'],
    },
    {
      title: 'upon a repeated 2xx in Accepted, it tells the user',
      inputs: [response(200), response(200)],
      state: 'accepted',
      effects: ['tell 200'],
    },
    {
      title: 'upon a 486 in Accepted, it does nothing',
      inputs: [response(200), response(486)],
      state: 'accepted',
      effects: ['unexpected response'],
    },
    {
      title: 'upon a transport error in Accepted, it tells the user and stays',
      inputs: [response(200), transportError],
      state: 'accepted',
      effects: ['tell transport error'],
    },
    {
      title: 'upon Timer M in Accepted, it ends',
      inputs: [response(200), timer('M')],
      state: 'terminated',
      effects: ['end normal'],
    },
    {
      title: 'upon a 486 in Calling over UDP, it sends ACK, enters Completed and starts Timer D',
      inputs: [response(486)],
      state: 'completed',
      effects: ['stop A', 'stop B', 'tell 486', 'send ACK', 'start D 32000'],
    },
    {
      title: 'upon a 302 in Proceeding over TCP, it sends ACK and ends at once (Timer D is zero)',
      reliable: true,
      inputs: [response(180), response(302)],
      state: 'terminated',
      effects: ['tell 302', 'send ACK', 'end normal'],
    },
    {
      title: 'upon a repeated failure in Completed, it sends ACK again and does not tell the user',
      inputs: [response(486), response(486)],
      state: 'completed',
      effects: ['send again ACK'],
    },
    {
      title: 'upon a provisional response in Completed, it does nothing',
      inputs: [response(486), response(180)],
      state: 'completed',
      effects: ['unexpected response'],
    },
    {
      title: 'upon a transport error for the ACK in Completed, it tells the user and ends',
      inputs: [response(486), transportError],
      state: 'terminated',
      effects: ['stop D', 'tell transport error', 'end transport error'],
    },
    {
      title: 'upon Timer D in Completed, it ends',
      inputs: [response(486), timer('D')],
      state: 'terminated',
      effects: ['end normal'],
    },
    {
      title: 'upon a transport error in Calling, it tells the user and ends',
      inputs: [transportError],
      state: 'terminated',
      effects: ['stop A', 'stop B', 'tell transport error', 'end transport error'],
    },
    {
      title: 'a late Timer B in Proceeding changes nothing',
      inputs: [response(180), timer('B')],
      state: 'proceeding',
      effects: ['unexpected timer'],
    },
    {
      title: 'a request is not expected by a client transaction',
      inputs: [{ type: 'request', request: ACK }],
      state: 'calling',
      effects: ['unexpected request'],
    },
    {
      title: 'nothing happens in Terminated',
      inputs: [timer('B'), response(200)],
      state: 'terminated',
      effects: ['unexpected response'],
    },
  ])('$title', ({ reliable = false, inputs, state, effects }) => {
    expect(afterInputs(startInviteClient({ request, reliable }), inputs)).toEqual({ state, effects })
  })

  test('the ACK for a failure has the Request-URI, top Via, Route, From and Call-ID of the INVITE, and the To of the response (§17.1.1.3)', () => {
    const invite = createTestRequest({ headers: ['Route: <sip:proxy.example;lr>'] })
    const failure = createTestResponse(invite, 486, { toTag: 'xyz' })
    const { state } = transition(startInviteClient({ request: invite, reliable: false }).state, {
      type: 'response',
      response: failure,
    })
    const ack = state.name === 'completed' && 'ack' in state ? state.ack : undefined
    expect(ack?.uri).toBe(invite.uri)
    for (const name of ['Via', 'Route', 'From', 'Call-ID']) {
      expect(headerLines(ack!, name)).toEqual(headerLines(invite, name))
    }
    expect(headerLines(ack!, 'To')).toEqual(headerLines(failure, 'To'))
    expect(headerLines(ack!, 'CSeq')).toEqual(['1 ACK'])
  })
})
