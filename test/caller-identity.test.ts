import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallerIdentity } from '@ringdown/contract'
import { createSipPhone, type SipCall, type SipPhone, TestOperator } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { signTestPassport } from '../apps/gateway/src/legs/sip/crypto/test-passport.ts'
import { callerNumber, callerNumberAnyhow } from './harness/callers.ts'
import { type CertificateServer, startCertificateServer } from './harness/certificate-server.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'

const folder = mkdtempSync(join(tmpdir(), 'ringdown-identity-'))
const from = callerNumber(400)

let certificates: CertificateServer
let gateway: TestGateway
let phone: SipPhone
/** Behind a trunk that is believed about callers. */
let carrierPhone: SipPhone
let operator: TestOperator

beforeAll(async () => {
  certificates = await startCertificateServer()
  gateway = await startGateway({
    env: {
      RINGDOWN_IDENTITY_AUTHORITIES: fileOf('authorities.pem', certificates.authority),
      RINGDOWN_IDENTITY_HOSTS: certificates.host,
      NODE_EXTRA_CA_CERTS: fileOf('web.pem', certificates.webAuthority),
      RINGDOWN_LOG_LEVEL: 'trace',
    },
  })
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  await gateway.sql(
    `insert into carriers.trunks (id, organization, name, addresses, settings)
       select 'trunk_believed', organization, 'Believed', '{127.0.0.9/32}', '{"trustsIdentity": true}'
       from carriers.trunks where id = 'trunk_demo'`,
  )
  const server = { host: '127.0.0.1', port: gateway.sipPort }
  phone = await createSipPhone({ server })
  carrierPhone = await createSipPhone({ server, address: '127.0.0.9' })
  const account = { url: gateway.url, email: 'operator@demo.test', password: 'ringdown-demo' }
  operator = await TestOperator.signIn(account)
})

const calls: SipCall[] = []
afterEach(async () => {
  await Promise.all(calls.splice(0).map(call => call.hangUp()))
  await operator.until(view => view.queue.length === 0 && view.active === null, 'nobody to wait')
})

afterAll(async () => {
  operator?.close()
  await phone?.close()
  await carrierPhone?.close()
  await gateway?.close()
  certificates?.close()
  rmSync(folder, { recursive: true })
})

function fileOf(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

type Signed = { attest?: string; to?: string; path?: string }

/** A call with the signature of a carrier; null: without. */
async function call(signed: Signed | null): Promise<void> {
  const made = await phone.call({ to: '+15550100', from, headers: signed ? [identityOf(signed)] : [] })
  calls.push(made)
  await made.answered
}

function identityOf({ attest = 'A', to = '15550100', path = 'carrier.pem' }: Signed) {
  const { key, host } = certificates
  const claims = { attest, from: from.slice(1), to, signedAt: Date.now() }
  return { name: 'Identity', value: signTestPassport({ key, url: `https://${host}/${path}`, ...claims }) }
}

const isQueuedAs = (identity: CallerIdentity | null) =>
  operator.until(view => view.queue[0]?.identity === identity, `a caller who is ${identity}`)

test.each([
  ['signed with attestation A', {}, 'A'],
  ['signed with attestation B', { attest: 'B' }, 'B'],
  ['signed with attestation C', { attest: 'C' }, 'C'],
  ['signed for another call', { to: '15550199' }, 'failed'],
  ['not signed', null, null],
] as const)('IN-9: operators see what is proved about a caller: %s', async (_, signed, identity) => {
  await call(signed)
  await isQueuedAs(identity)
})

const asserted = {
  name: 'P-Asserted-Identity',
  value: `<tel:${from};verstat=TN-Validation-Passed-C>`,
}

test.each([
  ['is believed', () => carrierPhone, 'C'],
  ['is not', () => phone, null],
] as const)('IN-9: a trunk that says what it checked itself %s', async (_, phoneOf, identity) => {
  const made = await phoneOf().call({ to: '+15550100', from, headers: [asserted] })
  calls.push(made)
  await made.answered
  await isQueuedAs(identity)
})

test('IN-9: it is shown with the call that rings, the one at hand, and afterwards', async () => {
  await operator.goAvailable()
  await call({ attest: 'B' })
  await operator.until(view => view.offer?.identity === 'B', 'an offer with what is proved')
  await operator.accept()
  expect((await operator.until(view => view.active !== null)).active?.identity).toBe('B')
  const id = operator.view.active?.call
  await operator.hangUp()
  const { recent } = await operator.until(
    view => view.recent[0]?.call === id,
    'the call among the recent ones',
  )
  expect(recent[0]?.identity).toBe('B')
  await operator.command({ type: 'take a break' })
})

test('IN-9: the call rings while its certificate is fetched, and a control that dies meanwhile loses nothing', async () => {
  const { asked, release } = certificates.hold()
  await call({ path: 'slow.pem' })
  await asked
  await isQueuedAs(null)
  const pid = gateway.pid('control')
  await gateway.kill('control')
  release()
  await gateway.restarted('control', pid)
  await isQueuedAs('A')
})

test("the caller's number stands in no line of the log, signed or not", () => {
  expect(gateway.log()).toContain('control takes calls')
  expect(gateway.log()).not.toMatch(callerNumberAnyhow)
  // The claims, which hold it in another writing.
  expect(gateway.log()).not.toContain(Buffer.from('{"attest').toString('base64url').slice(0, 10))
})
