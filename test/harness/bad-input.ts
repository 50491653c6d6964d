import { createSocket } from 'node:dgram'
import type { EventEmitter } from 'node:events'
import { connect } from 'node:net'
import { callerNumber } from './callers.ts'
import type { TestGateway } from './gateway.ts'
import type { Place } from './leaks.ts'

const from = callerNumber(900)
const national = from.slice(2)

const sipHead = (first: string, headers: string[]) => [first, ...headers, '', ''].join('\r\n')
const via = 'Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKleak'

/** Messages that are wrong in some way and hold a caller's number. */
const sipMessages = [
  sipHead(`INVITE sip:+15550100@127.0.0.1 SIP/2.0`, [via, `From: <sip:${from}@127.0.0.1>`, 'CSeq: nonsense']),
  sipHead(`INVITE sip:${from}@127.0.0.1 SIP/2.0`, [via, `To: <sip:${from}@127.0.0.1>`, 'Call-ID: a']),
  sipHead(`INVITE sip:+15550100@127.0.0.1 SIP/2.0`, [
    via,
    `From: "${national}" <sip:${from}@127.0.0.1>;tag=1`,
    'To: <sip:+15550100@127.0.0.1>',
    `Call-ID: ${from}`,
    'CSeq: 1 INVITE',
    'Max-Forwards: 70',
    `Contact: <sip:${from}@127.0.0.1:9>`,
    `Content-Type: text/${national}`,
    'Content-Length: 0',
  ]),
  sipHead(`BYE sip:${from}@127.0.0.1 SIP/2.0`, [
    via,
    `From: <sip:${from}@127.0.0.1>;tag=1`,
    'To: <sip:+15550100@127.0.0.1>;tag=2',
    'Call-ID: b',
    'CSeq: 1 BYE',
  ]),
  sipHead(`REGISTER sip:127.0.0.1 SIP/2.0`, [
    via,
    `From: <sip:${from}@127.0.0.1>;tag=1`,
    `To: <sip:${from}@127.0.0.1>`,
    'Call-ID: c',
    'CSeq: 1 REGISTER',
  ]),
  `\0\0${from}\r\n\r\n${national}`,
]

/** Sends every one of them over UDP, and over a TCP connection of its own. */
export async function sendBadSip(gateway: TestGateway): Promise<void> {
  const socket = createSocket('udp4')
  for (const message of sipMessages) {
    await new Promise(resolve => socket.send(message, gateway.sipPort, '127.0.0.1', resolve))
    const stream = connect(gateway.sipPort, '127.0.0.1')
    stream.on('error', () => undefined)
    stream.end(message)
    stream.resume()
    await closed(stream)
  }
  await new Promise<void>(resolve => socket.close(() => resolve()))
}

/** Asks for things that are wrong in some way and hold a caller's number. Gives what came back. */
export async function sendBadHttp(gateway: TestGateway): Promise<Place[]> {
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'wrong' }
  const json = { 'content-type': 'application/json', origin: gateway.url }
  const body = new URLSearchParams({ From: from, To: '+15550100', CallSid: 'CA1' }).toString()
  const signIn = JSON.stringify({ email: `${national}@demo.test`, password: from })
  const requests: [string, RequestInit][] = [
    ['/carriers/twilio/voice', { method: 'POST', headers: form, body }],
    ['/carriers/twilio/voice', { method: 'POST', headers: json, body: `{"From":"${from}"` }],
    [`/carriers/twilio/voice?From=${encodeURIComponent(from)}`, { method: 'POST', headers: form, body }],
    ['/carriers/twilio/voice/status', { method: 'POST', headers: form, body }],
    ['/carriers/twilio/voice/fallback', { method: 'POST', headers: form, body }],
    ['/carriers/twilio/voice/resume', { method: 'POST', headers: form, body: 'x'.repeat(300_000) + from }],
    ['/api/auth/sign-in/email', { method: 'POST', headers: json, body: signIn }],
    ['/api/auth/sign-in/email', { method: 'POST', headers: json, body: `{"email":"${from}"` }],
    ['/api/v1/me', { headers: { cookie: `ringdown.session_token=${from}` } }],
    ['/metrics', {}],
    ['/readyz', {}],
  ]
  const places: Place[] = []
  for (const [path, init] of requests) {
    const answer = await fetch(gateway.url + path, init)
    const head = JSON.stringify([...answer.headers])
    places.push({ where: `answer of ${path}`, text: `${answer.status} ${head} ${await answer.text()}` })
  }
  return places
}

/** Opens sockets that nobody asked for, and says things that nobody understands. */
export async function sendBadSockets(gateway: TestGateway): Promise<void> {
  for (const path of [`/carriers/twilio/stream/${national}`, '/carriers/twilio/stream/x', '/api/v1/live']) {
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.httpPort}${path}`)
    const over = new Promise(resolve => socket.addEventListener('close', resolve))
    const nonsense = JSON.stringify({ event: from, start: { callSid: national } })
    socket.addEventListener('open', () => socket.send(nonsense))
    const timer = setTimeout(() => socket.close(), 2000)
    await over
    clearTimeout(timer)
  }
}

/** `once` would reject with the error that comes before. */
const closed = (socket: EventEmitter) => new Promise<void>(resolve => socket.once('close', () => resolve()))
