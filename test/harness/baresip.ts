import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { readWav, writeWav } from '@ringdown/testkit'
import { freePort } from './free-port.ts'
import { type RunningProgram, runPeer } from './program.ts'

export type BaresipOrder = {
  /** A folder of its own, which is made. */
  home: string
  /** One line of baresip's `accounts`. */
  account: string
  /** What it says from the first packet of a call on, once. 8 kHz. */
  says: Int16Array
  /** Whom it calls at once. */
  dials?: string
  /** Takes commands while it runs. */
  isRemote?: boolean
  /** PEM of who signs the certificates that it trusts. */
  authority?: string
  /** After so long it ends by itself. */
  seconds: number
}

export type Baresip = RunningProgram & {
  /** Everything that its last call heard, from the first packet to the BYE. 8 kHz; undefined: nothing was recorded. */
  heard(): Int16Array | undefined
  /** Types a command, such as `dial sip:…`, where it `isRemote`. */
  command(name: string, params: string): void
}

/** Debian's SIP telephone, without a screen, at a free port of 127.0.0.1. */
export async function startBaresip(order: BaresipOrder): Promise<Baresip> {
  const { home, account, says, dials, authority, seconds, isRemote = false } = order
  const remotePort = await freePort()
  mkdirSync(home)
  const wav = join(home, 'says.wav')
  writeFileSync(wav, writeWav({ sampleRate: 8000, samples: says }))
  const lines = [
    `sip_listen 127.0.0.1:${await freePort()}`,
    'net_interface 127.0.0.1',
    `audio_source aufile,${wav}`,
    'ausrc_srate 8000',
    'ausrc_channels 1',
    'auplay_srate 8000',
    'auplay_channels 1',
    `module_path ${modules()}`,
    ...(authority === undefined ? [] : [`sip_cafile ${authority}`]),
    ...['g711.so', 'aufile.so', 'sndfile.so', 'srtp.so'].map(module => `module ${module}`),
    ...['account.so', 'menu.so'].map(module => `module_app ${module}`),
    ...(isRemote ? ['module_app ctrl_tcp.so', `ctrl_tcp_listen 127.0.0.1:${remotePort}`] : []),
    `snd_path ${home}`,
  ]
  writeFileSync(join(home, 'config'), `${lines.join('\n')}\n`)
  writeFileSync(join(home, 'accounts'), `${account}\n`)
  writeFileSync(join(home, 'contacts'), '')
  const dialling = dials === undefined ? [] : ['-e', `/dial ${dials}`]
  const program = runPeer({ command: 'baresip', args: ['-f', home, ...dialling, '-t', String(seconds)] })
  return {
    ...program,
    command(name, params) {
      const text = JSON.stringify({ command: name, params, token: name })
      const socket = connect(remotePort, '127.0.0.1', () => socket.end(`${text.length}:${text},`))
      // Whether it did as it was told is seen elsewhere; its answer ends with its process.
      socket.on('error', () => undefined).resume()
    },
    heard() {
      const recorded = readdirSync(home).filter(name => name.endsWith('-dec.wav'))
      const last = recorded.toSorted().at(-1)
      return last === undefined ? undefined : readWav(readFileSync(join(home, last)), 8000).samples
    },
  }
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
