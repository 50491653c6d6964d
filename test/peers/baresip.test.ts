import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWav, writeWav } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Page, signIn, startBrowser, type TestBrowser } from '../harness/browser.ts'
import { callerNumber } from '../harness/callers.ts'
import { createAuthority, type TestAuthority } from '../harness/certificates.ts'
import { accept, goAvailable, listen, press, recover } from '../harness/console-call.ts'
import { freeUdpPort } from '../harness/free-port.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { type RunningProgram, runPeer } from '../harness/program.ts'
import { expectHeard, operatorWav, speech } from '../harness/speech.ts'

const talkMs = 20_000

type Transport = 'udp' | 'tcp' | 'tls'

let authority: TestAuthority
let gateway: TestGateway
let browser: TestBrowser
let page: Page
let folder: string
let baresip: RunningProgram | undefined

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

/** A folder with baresip's settings, the speech it plays, and later what it heard. */
async function prepare(transport: Transport): Promise<string> {
  const home = join(folder, transport)
  mkdirSync(home)
  const says = join(home, 'says.wav')
  // Long enough for greeting, ringing and talking: baresip plays a file once.
  const samples = Int16Array.from([speech.caller, speech.caller, speech.caller].flatMap(s => [...s]))
  writeFileSync(says, writeWav({ sampleRate: 8000, samples }))
  const lines = [
    `sip_listen 127.0.0.1:${await freeUdpPort()}`,
    'net_interface 127.0.0.1',
    `audio_source aufile,${says}`,
    'ausrc_srate 8000',
    'ausrc_channels 1',
    'auplay_srate 8000',
    'auplay_channels 1',
    `module_path ${modules()}`,
    `sip_cafile ${authority.file}`,
    ...['g711.so', 'aufile.so', 'sndfile.so', 'srtp.so'].map(module => `module ${module}`),
    ...['account.so', 'menu.so'].map(module => `module_app ${module}`),
    `snd_path ${home}`,
  ]
  writeFileSync(join(home, 'config'), `${lines.join('\n')}\n`)
  const number = callerNumber({ udp: 200, tcp: 201, tls: 202 }[transport])
  // Its SRTP is its own: neither our code nor the library that most others use.
  const encryption = transport === 'tls' ? ';mediaenc=srtp-mand' : ''
  writeFileSync(
    join(home, 'accounts'),
    `<sip:${number}@127.0.0.1;transport=${transport}>;regint=0;audio_codecs=PCMU/8000/1${encryption}\n`,
  )
  writeFileSync(join(home, 'contacts'), '')
  return home
}

/** Debian keeps them in a folder of the architecture on some releases. */
function modules(): string {
  const places = [
    '/usr/lib/baresip/modules',
    ...readdirSync('/usr/lib').map(d => `/usr/lib/${d}/baresip/modules`),
  ]
  const found = places.find(place => {
    try {
      return readdirSync(place).includes('g711.so')
    } catch {
      return false
    }
  })
  if (!found) throw new Error('baresip is installed without its modules')
  return found
}

test.each([
  ['udp', 'udp'],
  ['tcp', 'tcp'],
  ['TLS under SRTP', 'tls'],
] as const)(
  'baresip calls the demo number over %s, Chromium answers, and both hear each other',
  async (_, transport) => {
    const home = await prepare(transport)
    const port = transport === 'tls' ? gateway.tlsPort : gateway.sipPort
    const number = `sip:+15550100@127.0.0.1:${port};transport=${transport}`
    baresip = runPeer({ command: 'baresip', args: ['-f', home, '-e', `/dial ${number}`, '-t', '90'] })
    await accept(page)
    if (transport === 'tls') await baresip.said(/SRTP is Enabled/)
    const { heard } = await listen(page, talkMs)
    await press(page, 'Hang up')
    await baresip.said(/session closed|terminated|Connection reset by peer/i)
    await baresip.stop()
    const recorded = readdirSync(home).find(name => name.endsWith('-dec.wav'))
    expect(recorded, baresip.output().slice(-1500)).toBeDefined()
    // It recorded from its first packet to the BYE: the end of it is the conversation.
    const all = readWav(readFileSync(join(home, recorded!)), 8000).samples
    const heardByCaller = all.subarray(-(talkMs - 500) * 8)
    expectHeard({ sent: speech.operator, heard: heardByCaller, own: speech.caller, loops: true })
    expectHeard({ sent: speech.caller, heard, own: speech.operator, loops: true })
  },
)
