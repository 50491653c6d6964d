import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { DigestHash, Header, SipRequest } from '@ringdown/sip'
import {
  checkCredentials,
  createChallenges,
  createNonceCounts,
  createResponse,
  expiresOf,
  header,
  parseMessage,
  passwordHash,
  serializeMessage,
} from '@ringdown/sip'
import { createDigestCrypto } from '../../legs/sip/index.ts'

export type Said = { status: number; headers?: Header[] } | 'silence'

const realm = 'registrar.test'
const username = 'alice'

/** A registrar on a real UDP socket that does as a test says, and checks passwords when it is told to. */
export async function createTestRegistrar(order: { password: string; host?: string }) {
  const host = order.host ?? '127.0.0.1'
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  const { port } = socket.address() as AddressInfo
  const received: SipRequest[] = []
  const wanted: { match: (request: SipRequest) => boolean; found: (request: SipRequest) => void }[] = []
  const crypto = createDigestCrypto()
  const counts = createNonceCounts({ limit: 100, lifetime: 60_000 })
  let script: (request: SipRequest) => Said = accept

  socket.on('message', (bytes, from) => {
    const parsed = parseMessage(bytes, { transport: 'datagram' })
    if (!parsed.ok || parsed.message.kind !== 'request') return
    const request = parsed.message
    const said = script(request)
    received.push(request)
    const at = wanted.findIndex(({ match }) => match(request))
    if (at >= 0) wanted.splice(at, 1)[0]!.found(request)
    if (said === 'silence') return
    const response = createResponse(request, said.status, { toTag: 'registrar', headers: said.headers ?? [] })
    socket.send(serializeMessage(response), from.port, from.address)
  })

  return {
    host: { host, port, transport: null },
    received,
    methods: () => received.map(({ method }) => method),
    says(next: typeof script) {
      script = next
    },
    /** The first request from now on that is so. */
    next: (match: (request: SipRequest) => boolean) =>
      new Promise<SipRequest>(found => wanted.push({ match, found })),
    /** Asks for the password as this hash has it, and accepts who knows it. */
    challenges(hash: DigestHash, as: 'server' | 'proxy' = 'server') {
      const policy = { realm, as, hashes: [hash], nonceLifetime: 60_000 }
      const secret = { username, realm, password: order.password, hash, crypto }
      script = request => {
        const now = Date.now()
        const passwordHashes = { [hash]: passwordHash(secret) }
        const verdict = checkCredentials({
          request,
          policy,
          source: host,
          passwordHashes,
          counts,
          now,
          crypto,
        })
        if (verdict.ok) return accept(request)
        const stale = verdict.challenge?.stale ?? false
        const headers = [...createChallenges({ policy, source: host, stale, now, crypto })]
        return { status: as === 'proxy' ? 407 : 401, headers }
      }
    },
    async close() {
      await new Promise<void>(resolve => socket.close(() => resolve()))
    },
  }
}

export type TestRegistrar = Awaited<ReturnType<typeof createTestRegistrar>>

/** RFC 3261 §10.3: the binding, as it was asked for. */
export const accept = (request: SipRequest): Said =>
  request.method === 'REGISTER' && expiresOf(request) !== 0
    ? { status: 200, headers: [{ name: 'Contact', value: header(request, 'contact') ?? '' }] }
    : { status: 200 }
