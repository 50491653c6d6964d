import { describe, expect, test } from 'vitest'
import { createRequest, createResponse } from '../message/build.ts'
import { header } from '../message/header-names.ts'
import { cseqOf, fromOf, routesOf, toOf } from '../message/headers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { createTestRequest, createTestResponse } from '../testing/messages.ts'
import { confirmDialog, createUacDialog, createUasDialog, refreshTarget } from './create.ts'
import type { Dialog, DialogResult } from './dialog.ts'
import { createAck, createInDialogRequest, nextHop } from './in-dialog-request.ts'
import { dialogKey, dialogKeyOfRequest, dialogKeyOfResponse, receiveInDialog } from './match.ts'

const RECORDED = ['Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>']

function made(result: DialogResult): Dialog {
  if (!result.ok) throw new Error(result.code)
  return result.dialog
}

function uas({
  status = 200,
  headers = RECORDED,
}: {
  status?: number
  headers?: readonly string[]
} = {}): Dialog {
  const request = createTestRequest({ headers })
  return made(createUasDialog({ request, response: createResponse(request, status, { toTag: 'ours' }) }))
}

const ourInvite = (): SipRequest =>
  createRequest({
    method: 'INVITE',
    uri: 'sip:bob@example.com',
    from: { uri: 'sip:alice@192.0.2.2', params: [{ name: 'tag', value: 'ours' }] },
    to: { uri: 'sip:bob@example.com', params: [] },
    callId: 'call-2',
    cseq: 7,
    headers: [{ name: 'Via', value: 'SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKo' }],
  })

function uac({ status = 200, headers = RECORDED }: { status?: number; headers?: readonly string[] } = {}) {
  const request = ourInvite()
  const response: SipResponse = createTestResponse(request, status, { headers })
  return { dialog: made(createUacDialog({ request, response })), request, response }
}

describe('a dialog on the side of the UAS (RFC 3261 §12.1.1)', () => {
  test('takes tags, target, CSeq and Record-Route in their order from the INVITE', () => {
    expect(uas()).toEqual({
      version: 1,
      role: 'uas',
      state: 'confirmed',
      callId: 'call-1@192.0.2.1',
      localTag: 'ours',
      remoteTag: 'caller',
      localUri: 'sip:+15550100@192.0.2.2',
      remoteUri: 'sip:alice@192.0.2.1',
      remoteCseq: 1,
      remoteTarget: 'sip:alice@192.0.2.1:5060',
      routeSet: ['<sip:p2.example;lr>', '<sip:p1.example;lr>'],
      secure: false,
    })
  })

  test('is early after a 180 and confirmed by the 2xx', () => {
    const early = uas({ status: 180 })
    expect(early.state).toBe('early')
    const response = createResponse(createTestRequest(), 200, { toTag: 'ours' })
    expect(confirmDialog(early, response).state).toBe('confirmed')
  })

  test('is not made by 100, by a failure, without tag, without Contact or by another method', () => {
    const request = createTestRequest()
    const code = (of: SipRequest, status: number, toTag?: string) => {
      const result = createUasDialog({
        request: of,
        response: createResponse(of, status, toTag ? { toTag } : {}),
      })
      return result.ok ? 'ok' : result.code
    }
    expect(code(request, 100)).toBe('dialog.not-made')
    expect(code(request, 486, 'ours')).toBe('dialog.not-made')
    expect(code(request, 200)).toBe('dialog.no-tag')
    expect(code(createTestRequest({ method: 'OPTIONS' }), 200, 'ours')).toBe('dialog.not-made')
    const nowhere = { ...request, headers: request.headers.filter(h => h.name !== 'Contact') }
    expect(code(nowhere, 200, 'ours')).toBe('dialog.no-contact')
  })

  test('its 2xx carries the Record-Route of the INVITE (§12.1.1)', () => {
    const response = createResponse(createTestRequest({ headers: RECORDED }), 200, { toTag: 'ours' })
    expect(header(response, 'Record-Route')).toBe('<sip:p2.example;lr>, <sip:p1.example;lr>')
  })
})

describe('a dialog on the side of the UAC (RFC 3261 §12.1.2)', () => {
  test('takes Record-Route in reverse and the target from the 2xx', () => {
    expect(uac().dialog).toMatchObject({
      role: 'uac',
      localTag: 'ours',
      remoteTag: 'callee',
      localCseq: 7,
      remoteTarget: 'sip:bob@192.0.2.9:5070',
      routeSet: ['<sip:p1.example;lr>', '<sip:p2.example;lr>'],
    })
  })

  test('computes its route set again from the 2xx (§13.2.2.4)', () => {
    const early = uac({ status: 183, headers: [] }).dialog
    expect(early).toMatchObject({ state: 'early', routeSet: [] })
    const { response } = uac()
    expect(confirmDialog(early, response)).toMatchObject({
      state: 'confirmed',
      routeSet: ['<sip:p1.example;lr>', '<sip:p2.example;lr>'],
    })
  })

  test('acknowledges with the CSeq number of the INVITE, to the target, over the route set (§13.2.2.4)', () => {
    const { dialog, response } = uac()
    const ack = createAck(dialog, response)
    expect(ack).toMatchObject({ method: 'ACK', uri: 'sip:bob@192.0.2.9:5070' })
    expect(cseqOf(ack)).toEqual({ number: 7, method: 'ACK' })
    expect(routesOf(ack).map(r => r.uri)).toEqual(['sip:p1.example;lr', 'sip:p2.example;lr'])
  })
})

describe('requests in a dialog (RFC 3261 §12.2.1)', () => {
  test('carry the tags of the dialog and a CSeq that grows by one', () => {
    const first = createInDialogRequest(uas(), { method: 'OPTIONS' })
    const second = createInDialogRequest(first.dialog, { method: 'BYE' })
    expect(cseqOf(first.request)).toEqual({ number: 1, method: 'OPTIONS' })
    expect(cseqOf(second.request)).toEqual({ number: 2, method: 'BYE' })
    expect(tagOf(fromOf(second.request))).toBe('ours')
    expect(tagOf(toOf(second.request))).toBe('caller')
    expect(createInDialogRequest(uac().dialog, { method: 'INVITE' }).dialog.localCseq).toBe(8)
  })

  test('go on after the dialog was stored', () => {
    const stored = JSON.parse(
      JSON.stringify(createInDialogRequest(uas(), { method: 'OPTIONS' }).dialog),
    ) as Dialog
    const { request } = createInDialogRequest(stored, { method: 'BYE' })
    expect(cseqOf(request)?.number).toBe(2)
    expect(nextHop(request)).toBe('sip:p2.example;lr')
  })

  test('go to the target where there is no route', () => {
    expect(nextHop(createInDialogRequest(uas({ headers: [] }), { method: 'BYE' }).request)).toBe(
      'sip:alice@192.0.2.1:5060',
    )
  })

  test('follow a strict router: its URI in the request line, the target as the last Route (§12.2.1.1)', () => {
    const dialog = uas({ headers: ['Record-Route: <sip:strict.example>, <sip:p1.example;lr>'] })
    const { request } = createInDialogRequest(dialog, { method: 'BYE' })
    expect(request.uri).toBe('sip:strict.example')
    expect(routesOf(request).map(r => r.uri)).toEqual(['sip:p1.example;lr', 'sip:alice@192.0.2.1:5060'])
  })

  test('go to the new Contact after a target refresh (§12.2.1.2)', () => {
    const refreshed = refreshTarget(uas({ headers: [] }), createTestResponse(ourInvite(), 200))
    expect(createInDialogRequest(refreshed, { method: 'BYE' }).request.uri).toBe('sip:bob@192.0.2.9:5070')
  })
})

describe('requests from the peer (RFC 3261 §12.2.2)', () => {
  const bye = (cseq: number, tags: { toTag?: string; fromTag?: string } = {}) =>
    createTestRequest({ method: 'BYE', cseq, toTag: 'ours', ...tags })

  test('find their dialog by Call-ID and tags', () => {
    expect(dialogKeyOfRequest(bye(2))).toBe(dialogKey(uas()))
    expect(dialogKeyOfRequest(createTestRequest())).toBeUndefined()
    const { dialog, response } = uac()
    expect(dialogKeyOfResponse(response)).toBe(dialogKey(dialog))
  })

  test('advance the remote CSeq, with gaps allowed', () => {
    expect(receiveInDialog(uas(), bye(9))).toMatchObject({ type: 'accepted', dialog: { remoteCseq: 9 } })
  })

  test('with a lower CSeq are answered 500', () => {
    const dialog = { ...uas(), remoteCseq: 5 }
    expect(receiveInDialog(dialog, bye(4))).toEqual({ type: 'refused', status: 500 })
  })

  test('with the same CSeq have been handled, but a BYE may end again', () => {
    const dialog = { ...uas(), remoteCseq: 5 }
    const info = createTestRequest({ method: 'INFO', cseq: 5, toTag: 'ours' })
    expect(receiveInDialog(dialog, info)).toEqual({ type: 'repeated' })
    expect(receiveInDialog(dialog, bye(5)).type).toBe('accepted')
  })

  test('being ACK carry the number of their INVITE and pass', () => {
    const dialog = { ...uas(), remoteCseq: 5 }
    const ack = createTestRequest({ method: 'ACK', cseq: 1, toTag: 'ours' })
    expect(receiveInDialog(dialog, ack)).toEqual({ type: 'accepted', dialog })
  })

  test('of another dialog are answered 481', () => {
    expect(receiveInDialog(uas(), bye(2, { fromTag: 'stranger' }))).toEqual({ type: 'refused', status: 481 })
  })
})
