import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, test } from 'vitest'
import { type Baresip, startBaresip } from '../harness/baresip.ts'
import { type Page, signIn, startBrowser, type TestBrowser } from '../harness/browser.ts'
import { callerNumber } from '../harness/callers.ts'
import { createAuthority, type TestAuthority } from '../harness/certificates.ts'
import { accept, goAvailable, listen, press, recover } from '../harness/console-call.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { expectHeard, operatorWav, speech } from '../harness/speech.ts'

type Transport = 'udp' | 'tcp' | 'tls'

let authority: TestAuthority
let gateway: TestGateway
let browser: TestBrowser
let page: Page
let folder: string
let baresip: Baresip | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-baresip-'))
  authority = createAuthority()
  gateway = await startGateway({ identity: authority.identity('127.0.0.1') })
  await gateway.sql('update carriers.trunks set settings = $1', ['{"encryption":"optional"}'])
  browser = await startBrowser({ microphone: operatorWav })
  page = await browser.newPage()
  await signIn(page, { url: gateway.url, email: 'operator@demo.test' })
  await goAvailable(page)
})

afterEach(async () => {
  await baresip?.stop()
  await recover(page)
})

afterAll(async () => {
  await browser?.close()
  await gateway?.close()
  rmSync(folder, { recursive: true, force: true })
  authority.remove()
})

/** Long enough for greeting, ringing and talking, also where the talk begins anew. */
const says = Int16Array.from(Array.from({ length: 5 }, () => [...speech.caller]).flat())

function call(transport: Transport): Promise<Baresip> {
  const port = transport === 'tls' ? gateway.tlsPort : gateway.sipPort
  const number = callerNumber({ udp: 200, tcp: 201, tls: 202 }[transport])
  // Its SRTP is its own: neither our code nor the library that most others use.
  const encryption = transport === 'tls' ? ';mediaenc=srtp-mand' : ''
  return startBaresip({
    home: join(folder, transport),
    account: `<sip:${number}@127.0.0.1;transport=${transport}>;regint=0;audio_codecs=PCMU/8000/1${encryption}`,
    says,
    dials: `sip:+15550100@127.0.0.1:${port};transport=${transport}`,
    authority: authority.file,
    seconds: 180,
  })
}

test.each([
  ['udp', 'udp', 20_000],
  ['tcp', 'tcp', 20_000],
  ['TLS under SRTP', 'tls', 10_000],
] as const)(
  'baresip calls the demo number over %s, Chromium answers, and both hear each other',
  async (_, transport, talkMs) => {
    baresip = await call(transport)
    await accept(page)
    if (transport === 'tls') await baresip.said(/SRTP is Enabled/)
    const { heard } = await listen(page, talkMs)
    await press(page, 'Hang up')
    await baresip.said(/session closed|terminated|Connection reset by peer/i)
    await baresip.stop()
    const all = baresip.heard()
    if (!all) throw new Error(`baresip heard nothing: ${baresip.output().slice(-1500)}`)
    // The end of it is the conversation.
    const heardByCaller = all.subarray(-(talkMs - 500) * 8)
    const enough = { loops: true, minimumWindows: talkMs / 1_000 - 2 }
    expectHeard({ sent: speech.operator, heard: heardByCaller, own: speech.caller, ...enough })
    expectHeard({ sent: speech.caller, heard, own: speech.operator, ...enough })
  },
)
