import { headerLines, parseAuthorization, type SipResponse } from '@ringdown/sip'
import { expect, test } from 'vitest'
import { createDigestCrypto } from '../crypto/digest-crypto.ts'
import { CallCredentials } from './credentials.ts'

const account = { username: 'account', password: 'secret', realm: null as string | null }

const credentialsOf = (known: typeof account | undefined) =>
  new CallCredentials({ ask: async () => known, crypto: createDigestCrypto(), newToken: () => 'cnonce' })

const challenge = (realm: string, { nonce = 'n1', stale = false } = {}): SipResponse => ({
  kind: 'response',
  status: 401,
  reason: '',
  headers: [
    {
      name: 'WWW-Authenticate',
      value: `Digest realm="${realm}", nonce="${nonce}", qop="auth"${stale ? ', stale=true' : ''}`,
    },
  ],
  body: new Uint8Array(),
})

async function shown(
  credentials: CallCredentials,
  response: SipResponse,
  host: string | null = 'one.example',
) {
  const headers = await credentials.answer({ method: 'INVITE', uri: 'sip:a@one.example', response, host })
  return headerLines({ ...response, headers }, 'authorization').map(line => parseAuthorization(line)?.realm)
}

test('are for the first realm that a host asks with, and for no other of it (RFC 3261 §22.1)', async () => {
  const credentials = credentialsOf(account)
  expect(await shown(credentials, challenge('first'))).toEqual(['first'])
  expect(await shown(credentials, challenge('second', { nonce: 'n2' }))).toEqual([])
  expect(await shown(credentials, challenge('second'), 'two.example')).toEqual(['second'])
})

test('are for the realm of the settings alone, where they name one', async () => {
  const credentials = credentialsOf({ ...account, realm: 'ours' })
  expect(await shown(credentials, challenge('theirs'))).toEqual([])
  expect(await shown(credentials, challenge('ours'))).toEqual(['ours'])
})

test('that were refused are not shown again, unless their nonce was stale (RFC 7616 §3.4)', async () => {
  const credentials = credentialsOf(account)
  expect(await shown(credentials, challenge('first'))).toEqual(['first'])
  expect(await shown(credentials, challenge('first', { nonce: 'n2', stale: true }))).toEqual(['first'])
  expect(await shown(credentials, challenge('first', { nonce: 'n3' }))).toEqual([])
})

test('are shown to nobody where there are none, or who they are not for', async () => {
  expect(await shown(credentialsOf(undefined), challenge('first'))).toEqual([])
  expect(await shown(credentialsOf(account), challenge('first'), null)).toEqual([])
})
