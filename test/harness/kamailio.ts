import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freeUdpPort } from './free-port.ts'
import { type RunningProgram, runPeer } from './program.ts'

export type KamailioRegistrar = Pick<RunningProgram, 'said' | 'output'> & {
  port: number
  stop(): Promise<void>
}

/** Kamailio as a registrar on loopback, with one account and no database. It says what it did in lines of `ringdown-test`. */
export async function startKamailioRegistrar(order: {
  realm: string
  username: string
  password: string
  algorithm: 'MD5' | 'SHA-256'
  /** The longest registration that it grants, seconds. */
  maxExpiresS: number
}): Promise<KamailioRegistrar> {
  const port = await freeUdpPort()
  const folder = mkdtempSync(join(tmpdir(), 'ringdown-kamailio-'))
  const file = join(folder, 'kamailio.cfg')
  writeFileSync(file, configuration({ ...order, port }))
  // In the foreground, with its errors on stderr and little memory.
  const args = ['-f', file, '-DD', '-E', '-m', '32', '-M', '8', '-Y', folder]
  const program = runPeer({ command: '/usr/sbin/kamailio', args })
  await program.said(/ringdown-test ready/)
  return {
    port,
    said: program.said,
    output: program.output,
    async stop() {
      await program.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Configuration = Parameters<typeof startKamailioRegistrar>[0] & { port: number }

const configuration = (of: Configuration): string => `#!KAMAILIO
debug=0
log_stderror=yes
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:127.0.0.1:${of.port}
mpath="${modules()}/"
${['sl', 'pv', 'textops', 'siputils', 'xlog', 'usrloc', 'registrar', 'auth'].map(name => `loadmodule "${name}.so"`).join('\n')}
modparam("xlog", "prefix", "ringdown-test ")
modparam("registrar", "min_expires", 10)
modparam("registrar", "max_expires", ${of.maxExpiresS})
modparam("auth", "algorithm", "${of.algorithm === 'MD5' ? '' : of.algorithm}")
modparam("auth", "nonce_count", 1)
modparam("auth", "qop", "auth")

request_route {
  if (is_method("OPTIONS")) {
    sl_send_reply("200", "Here");
    exit;
  }
  if (!is_method("REGISTER")) {
    sl_send_reply("405", "Not here");
    exit;
  }
  if ($au != "${of.username}" || !pv_www_authenticate("${of.realm}", "${of.password}", "0")) {
    xlog("L_ALERT", "challenged $ct\\n");
    www_challenge("${of.realm}", "1");
    exit;
  }
  save("location");
  xlog("L_ALERT", "saved $tu $hdr(Expires) $aa\\n");
}

event_route[core:worker-one-init] {
  xlog("L_ALERT", "ready\\n");
}
`

/** Debian keeps them in a folder of the architecture. */
function modules(): string {
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
