import { createHmac } from 'node:crypto'
import { relayList } from '@ringdown/contract'
import { afterEach, expect, test } from 'vitest'
import { createHttpServer, createMemberGuard } from '../http/index.ts'
import { createRelayCredentials, relayRoutes } from './index.ts'

const settings = { urls: ['turn:turn.test:3478', 'turns:turn.test:5349?transport=tcp'], secret: 'shared' }
const now = () => 1_800_000_000_500

const olivia = {
  user: { id: 'u1', name: 'Olivia', email: 'o@a.test' },
  organization: { id: 'a', name: 'A' },
  role: 'operator' as const,
  setCookies: [],
}

let server: ReturnType<typeof createHttpServer>
afterEach(() => server.close())

async function ask(of: Parameters<typeof createRelayCredentials>[0], cookie: string) {
  server = createHttpServer({ upgrades: [], onError: () => undefined })
  const member = createMemberGuard({
    sessionOf: async headers => (headers.get('cookie') === 'olivia' ? olivia : undefined),
    publicUrl: 'https://gateway.test',
    clientAddressHeader: 'x-client',
  })
  await relayRoutes(server, { credentialsFor: createRelayCredentials(of, now), member })
  return server.inject({ url: '/api/v1/relays', headers: { cookie } })
}

test('OP-8: a member gets credentials for ten minutes, HMAC-SHA1 over the shared secret', async () => {
  const answer = await ask(settings, 'olivia')
  expect(answer.headers['cache-control']).toBe('no-store')
  const { servers, expiresInS } = relayList.parse(answer.json())
  const username = '1800000600:u1'
  const credential = createHmac('sha1', 'shared').update(username).digest('base64')
  expect({ servers, expiresInS }).toEqual({
    servers: [{ urls: settings.urls, username, credential }],
    expiresInS: 600,
  })
  expect(answer.body).not.toContain('shared')
})

test('where there is no relay, the list is empty', async () => {
  expect((await ask(undefined, 'olivia')).json()).toEqual({ servers: [], expiresInS: 600 })
})

test('nobody else gets any', async () => {
  const answer = await ask(settings, 'nobody')
  expect(answer.statusCode).toBe(401)
  expect(answer.body).not.toContain('turn.test')
})
