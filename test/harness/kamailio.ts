import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type RunningProgram, runPeer } from './program.ts'

/** Kamailio in the foreground. It says what it did in lines of `ringdown-test`. */
export type RunningKamailio = Pick<RunningProgram, 'said' | 'output'> & { stop(): Promise<void> }

export type KamailioRegistrar = RunningKamailio & { port: number }

/** Resolves when it takes messages. @param files further files of its folder, by name */
export async function startKamailio(order: {
  /** Given the folder where the files are. */
  configuration: (folder: string) => string
  files?: Readonly<Record<string, string>>
}): Promise<RunningKamailio> {
  const folder = mkdtempSync(join(tmpdir(), 'ringdown-kamailio-'))
  const file = join(folder, 'kamailio.cfg')
  for (const [name, text] of Object.entries(order.files ?? {})) writeFileSync(join(folder, name), text)
  writeFileSync(file, order.configuration(folder))
  // In the foreground, with its errors on stderr and little memory.
  const args = ['-f', file, '-DD', '-E', '-m', '32', '-M', '8', '-Y', folder]
  const program = runPeer({ command: '/usr/sbin/kamailio', args })
  const remove = () => rmSync(folder, { recursive: true, force: true })
  await program.said(/ringdown-test ready/).catch(async error => {
    await program.stop()
    remove()
    throw error
  })
  return {
    said: program.said,
    output: program.output,
    async stop() {
      await program.stop()
      remove()
    },
  }
}

type Registrar = {
  realm: string
  username: string
  password: string
  algorithm: 'MD5' | 'SHA-256'
  /** The longest registration that it grants, seconds. */
  maxExpiresS: number
}

/** Kamailio as a registrar on loopback, with one account and no database. */
export async function startKamailioRegistrar(order: Registrar): Promise<KamailioRegistrar> {
  const port = await freePort()
  const running = await startKamailio({ configuration: () => configuration({ ...order, port }) })
  return { ...running, port }
}

const names = ['sl', 'pv', 'textops', 'siputils', 'xlog', 'usrloc', 'registrar', 'auth']

const configuration = (of: Registrar & { port: number }): string => `#!KAMAILIO
debug=0
log_stderror=yes
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:127.0.0.1:${of.port}
${loading(names)}
${registrarSettings(of)}

request_route {
  if (is_method("OPTIONS")) {
    sl_send_reply("200", "Here");
    exit;
  }
  if (is_method("REGISTER")) route(REGISTER);
  sl_send_reply("405", "Not here");
}
${registerRoute(of)}
${sayingReady}
`

/** The lines that load modules. */
export const loading = (modules: readonly string[]): string =>
  [`mpath="${modulesFolder()}/"`, ...modules.map(name => `loadmodule "${name}.so"`)].join('\n')

export const registrarSettings = ({ maxExpiresS, algorithm }: Registrar): string => `
modparam("xlog", "prefix", "ringdown-test ")
modparam("registrar", "min_expires", 10)
modparam("registrar", "max_expires", ${maxExpiresS})
modparam("auth", "algorithm", "${algorithm === 'MD5' ? '' : algorithm}")
modparam("auth", "nonce_count", 1)
modparam("auth", "qop", "auth")`

/** `route(REGISTER)`: takes the registration of the one account (RFC 3261 §10.3). */
export const registerRoute = ({ realm, username, password }: Registrar): string => `
route[REGISTER] {
  if ($au != "${username}" || !pv_www_authenticate("${realm}", "${password}", "0")) {
    xlog("L_ALERT", "challenged $ct\\n");
    www_challenge("${realm}", "1");
    exit;
  }
  save("location");
  xlog("L_ALERT", "saved $tu $hdr(Expires) $aa $pr\\n");
  exit;
}`

export const sayingReady = `
event_route[core:worker-one-init] {
  xlog("L_ALERT", "ready\\n");
}`

/** Debian keeps them in a folder of the architecture. */
function modulesFolder(): string {
  const places = readdirSync('/usr/lib').map(name => `/usr/lib/${name}/kamailio/modules`)
  const found = places.find(place => {
    try {
      return readdirSync(place).includes('registrar.so')
    } catch {
      return false
    }
  })
  if (!found) throw new Error('kamailio is installed without its modules')
  return found
}
