import { describe, expect, test } from 'vitest'
import type { Call } from '../call/call.ts'
import { createResponse } from '../message/build.ts'
import { parseReplaces } from '../message/fields/transfer.ts'
import type { Header, SipRequest } from '../message/message.ts'
import { createTestIncoming, createTestOutgoing } from '../testing/calls.ts'
import { createTestRequest } from '../testing/messages.ts'
import { notifyReferral, readReferral } from './referred.ts'
import { isAboutTransfer, referAnswered, referOrder, startTransfer, transferNotified } from './referring.ts'
import { judgeReplaces, replaceableDialogs } from './replaces.ts'

describe('a REFER to us (RFC 3515)', () => {
  const refer = (...headers: string[]): SipRequest =>
    createTestRequest({ method: 'REFER', cseq: 7, toTag: 'ours', headers })

  test('names its target and who refers (RFC 3892)', () => {
    expect(
      readReferral(refer('Refer-To: <sip:carol@example.com>', 'Referred-By: <sip:bob@example.com>')),
    ).toEqual({
      target: 'sip:carol@example.com',
      referredBy: 'sip:bob@example.com',
      id: 7,
      notifies: true,
    })
  })

  test('of an attended transfer names what to replace (RFC 3891 §4)', () => {
    const to = 'Refer-To: <sip:carol@example.com?Replaces=abc%40x%3Bto-tag%3D1%3Bfrom-tag%3D2>'
    expect(readReferral(refer(to))?.replaces).toEqual({
      callId: 'abc@x',
      toTag: '1',
      fromTag: '2',
      earlyOnly: false,
    })
  })

  test('without NOTIFYs is tolerated (RFC 4488 §4)', () => {
    expect(readReferral(refer('Refer-To: <sip:c@x>', 'Refer-Sub: false'))?.notifies).toBe(false)
  })

  test.each([[[]], [['Refer-To: <sip:a@x>', 'Refer-To: <sip:b@x>']], [['Refer-To: <>']]])(
    'without exactly one usable Refer-To is nothing (§2.4.2): %j',
    headers => expect(readReferral(refer(...headers))).toBeUndefined(),
  )

  test.each([
    [100, 'active;expires=180', 'SIP/2.0 100 Trying\r\n'],
    [200, 'terminated;reason=noresource', 'SIP/2.0 200 OK\r\n'],
    [486, 'terminated;reason=noresource', 'SIP/2.0 486 Busy Here\r\n'],
  ])('is told %i in a NOTIFY (§2.4.5, RFC 6665 §4.2.2)', (status, state, body) => {
    const referral = readReferral(refer('Refer-To: <sip:c@x>'))!
    expect(notifyReferral(referral, status)).toMatchObject({
      method: 'NOTIFY',
      headers: [
        { name: 'Event', value: 'refer;id=7' },
        { name: 'Subscription-State', value: state },
      ],
      body,
      contentType: 'message/sipfrag;version=2.0',
    })
  })
})

describe('a REFER of ours (RFC 3515)', () => {
  const answered = (status: number, headers: readonly Header[] = []) =>
    referAnswered(startTransfer, {
      cseq: 4,
      response: createResponse(createTestRequest({ method: 'REFER', cseq: 4 }), status, { headers }),
    })
  const notify = (state: string, body?: string, event = 'refer;id=4'): SipRequest =>
    createTestRequest({
      method: 'NOTIFY',
      toTag: 'ours',
      headers: [
        `Event: ${event}`,
        ...(state === '' ? [] : [`Subscription-State: ${state}`]),
        'Content-Type: message/sipfrag;version=2.0',
        `Content-Length: ${body?.length ?? 0}`,
      ],
      ...(body === undefined ? {} : { body }),
    })
  const told = (request: SipRequest) => transferNotified(answered(202).transfer, { id: 'n', request })

  test('of an attended transfer names the dialog in the URI (RFC 5589 §7)', () => {
    const replaces = { callId: 'a@b', toTag: 't', fromTag: 'f', earlyOnly: false }
    expect(
      referOrder({ target: 'sip:c@x', replaces, referredBy: 'sip:us@x', norefersub: true }).headers,
    ).toEqual([
      { name: 'Refer-To', value: '<sip:c@x?Replaces=a%40b%3Bto-tag%3Dt%3Bfrom-tag%3Df>' },
      { name: 'Referred-By', value: '<sip:us@x>' },
      { name: 'Refer-Sub', value: 'false' },
    ])
  })

  test('accepted waits for news; refused has failed; with Refer-Sub: false nobody knows (RFC 4488 §4)', () => {
    expect(answered(202)).toMatchObject({ transfer: { state: 'accepted', id: 4 } })
    expect(answered(603)).toMatchObject({
      transfer: { state: 'done' },
      news: { type: 'failed', status: 603 },
    })
    expect(answered(200, [{ name: 'Refer-Sub', value: 'false' }])).toMatchObject({
      news: { type: 'unknown' },
    })
  })

  test.each([
    ['active;expires=60', 'SIP/2.0 180 Ringing\r\n', 'accepted', { type: 'progress', status: 180 }],
    ['terminated;reason=noresource', 'SIP/2.0 200 OK\r\n', 'done', { type: 'succeeded' }],
    ['terminated;reason=noresource', 'SIP/2.0 486 Busy Here', 'done', { type: 'failed', status: 486 }],
    ['active;expires=60', 'SIP/2.0 200 OK\r\n', 'done', { type: 'succeeded' }],
    ['terminated;reason=timeout', undefined, 'done', { type: 'unknown', status: 0 }],
  ])('is told %s with %j', (state, body, after, news) => {
    const step = told(notify(state, body))
    expect(step).toMatchObject({ transfer: { state: after }, news })
    expect(step.effects).toMatchObject([{ type: 'respond', id: 'n', response: { status: 200 } }])
  })

  test('refuses a NOTIFY without Subscription-State or sipfrag (RFC 6665 §8.2.3)', () => {
    for (const request of [notify('', 'SIP/2.0 200 OK'), notify('active', 'hello')])
      expect(told(request)).toMatchObject({
        transfer: { state: 'accepted' },
        effects: [{ response: { status: 400 } }],
      })
  })

  test('knows its NOTIFYs by package and id, also before its answer (§2.4.6)', () => {
    const { transfer } = answered(202)
    const about = (event: string) => isAboutTransfer(transfer, notify('active', undefined, event))
    expect([about('refer;id=4'), about('refer'), about('refer;id=5'), about('dialog')]).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(isAboutTransfer(startTransfer, notify('active'))).toBe(true)
  })
})

describe('Replaces (RFC 3891 §3)', () => {
  const theirs = createTestIncoming()
  const ringing = createTestOutgoing().answered('INVITE', 180)
  const talking = createTestOutgoing().answered('INVITE', 200, { sdp: 'x' })
  const leaving = createTestOutgoing().answered('INVITE', 200, { sdp: 'x' }).give({ type: 'hang up' })
  const ours = 'call-3;to-tag=ours;from-tag=theirs'

  test.each<[string, string, Call | undefined, object]>([
    ['no such call', ours, undefined, { type: 'refused', status: 481 }],
    ['another tag', 'call-3;to-tag=ours;from-tag=x', talking.call, { type: 'refused', status: 481 }],
    ['a confirmed call', ours, talking.call, { type: 'replace', was: 'confirmed' }],
    ['a confirmed call, early-only', `${ours};early-only`, talking.call, { type: 'refused', status: 486 }],
    ['our early call', `${ours};early-only`, ringing.call, { type: 'replace', was: 'early' }],
    [
      'an early call to us',
      'call-4;to-tag=ours;from-tag=theirs',
      theirs.call,
      { type: 'refused', status: 481 },
    ],
    ['a call that is over', ours, leaving.call, { type: 'refused', status: 603 }],
  ])('of %s', (_, value, call, verdict) => {
    const dialogs = call === undefined ? [] : replaceableDialogs(call)
    expect(judgeReplaces(parseReplaces(value)!, dialogs)).toEqual(verdict)
  })
})
