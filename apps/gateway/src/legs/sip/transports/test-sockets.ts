import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Flow, ParseFailure, SipMessage } from '@ringdown/sip'
import { callIdOf, encodeUtf8, parseMessage } from '@ringdown/sip'
import { createTestClock } from '../../stream/doubles.ts'
import { createTestCertificate, type TestCertificate } from '../crypto/test-authority.ts'
import { openSipSockets, type SocketsNeeds } from '../sockets.ts'

export const hostName = 'sip.test'

const authority = createTestCertificate({ name: 'Test Authority', ca: true })
export const authorities = authority.pem

/** A certificate chain and its key as files that a test may exchange. */
export function createTestIdentity(host = hostName, issuer: TestCertificate | undefined = authority) {
  const folder = mkdtempSync(join(tmpdir(), 'ringdown-tls-'))
  const paths = { certificate: join(folder, 'chain.pem'), key: join(folder, 'key.pem') }
  const write = (name: string) => {
    const made = createTestCertificate({ name, host: name, ...(issuer ? { issuer } : {}) })
    writeFileSync(paths.certificate, made.pem)
    writeFileSync(paths.key, made.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  }
  write(host)
  return { ...paths, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Text of a request as a peer writes it, line ends and all. */
export function requestText({
  via = 'SIP/2.0/TCP 127.0.0.1:5060',
  method = 'OPTIONS',
  callId = 'one',
  headers = [] as string[],
  uri = 'sip:ringdown@127.0.0.1',
  to = '<sip:ringdown@127.0.0.1>',
  body = '',
} = {}): string {
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: ${via};branch=z9hG4bK-${callId}`,
    'Max-Forwards: 70',
    'From: <sip:phone@127.0.0.1>;tag=phone',
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: 1 ${method}`,
    ...headers,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

export function request(options: Parameters<typeof requestText>[0] = {}): SipMessage {
  const parsed = parseMessage(encodeUtf8(requestText(options)), { transport: 'stream' })
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.message
}

/** Hears everybody. */
const openDoor = { hears: () => true, isBanned: () => false, asked: () => {} }

type Heard = { message: SipMessage; flow: Flow }

/** The sockets of a gateway on loopback, and what was heard at them. */
export async function createTestSockets(more: Partial<SocketsNeeds> = {}) {
  const clock = createTestClock()
  const heard: Heard[] = []
  const malformed: ParseFailure[] = []
  const troubles: string[] = []
  const waiting: { callId: string; found: (heard: Heard) => void }[] = []
  const sockets = await openSipSockets({
    host: '127.0.0.1',
    port: 0,
    clock,
    authorities,
    door: openDoor,
    onMessage(message, flow) {
      heard.push({ message, flow })
      for (const one of waiting) if (callIdOf(message) === one.callId) one.found({ message, flow })
    },
    onMalformed: failure => void malformed.push(failure),
    onTrouble: what => void troubles.push(what),
    ...more,
  })
  return {
    ...sockets,
    clock,
    heard,
    malformed,
    troubles,
    /** Where this transport is taken. */
    flowTo: (transport: Flow['transport'], serverName = hostName): Flow => ({
      transport,
      address: '127.0.0.1',
      port: sockets.portOf(transport)!,
      serverName,
    }),
    /** The message of a call, also if it came before. */
    hears(callId = 'one'): Promise<Heard> {
      const known = heard.find(({ message }) => callIdOf(message) === callId)
      return known ? Promise.resolve(known) : new Promise(found => waiting.push({ callId, found }))
    },
  }
}

export type TestSockets = Awaited<ReturnType<typeof createTestSockets>>

export const anywhere = { host: '127.0.0.1', port: 0 }
