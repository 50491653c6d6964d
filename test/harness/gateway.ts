import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { type Hold, holdAt } from './hold.ts'
import { type PortPlace, takePortPlace } from './port-place.ts'

const root = join(import.meta.dirname, '../..')
const readyWithinMs = 120_000

type Role = 'engine' | 'auth' | 'owner'

export type ProcessName = 'control' | 'worker 0' | 'database' | 'supervisor'

export type GatewayOptions = {
  /** Further variables for the supervisor. */
  env?: Record<string, string>
  /** The address of this machine where it takes SIP; 127.0.0.1 unless told. */
  sipHost?: '127.0.0.1' | '::1'
  /** A data directory of an earlier run; a fresh one unless given. */
  dataDir?: string
  /** Takes SIP over TLS and WebSocket too, with this certificate. */
  identity?: { certificate: string; key: string }
}

/** A real gateway in demo mode: supervisor, control, one media worker, embedded PostgreSQL, on ports of its own. */
export class TestGateway {
  readonly dataDir: string
  readonly #ports: PortPlace
  readonly #env: Record<string, string>
  #supervisor: ChildProcess | undefined
  readonly #pools = new Map<Role, pg.Pool>()

  constructor(order: { dataDir: string; ports: PortPlace; env: Record<string, string> }) {
    this.dataDir = order.dataDir
    this.#ports = order.ports
    this.#env = order.env
  }

  get httpPort(): number {
    return this.#ports.http
  }

  get sipPort(): number {
    return this.#ports.sip
  }

  get tlsPort(): number {
    return this.#ports.tls
  }

  get wsPort(): number {
    return this.#ports.ws
  }

  get wssPort(): number {
    return this.#ports.wss
  }

  get mediaFrom(): number {
    return this.#ports.mediaFrom
  }

  get mediaTo(): number {
    return this.#ports.mediaTo
  }

  get url(): string {
    return `http://localhost:${this.httpPort}`
  }

  get #failpointFolder(): string {
    return join(this.dataDir, '..', 'failpoints')
  }

  /** Everything that supervisor, control and workers wrote, over all starts. */
  log(): string {
    return readFileSync(this.#logPath, 'utf8')
  }

  get #logPath(): string {
    return join(this.dataDir, '..', 'gateway.log')
  }

  async start(): Promise<void> {
    const log = openSync(this.#logPath, 'a')
    this.#supervisor = spawn(process.execPath, [join(root, 'apps/gateway/src/supervisor.ts')], {
      cwd: root,
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        RINGDOWN_DEMO: '1',
        RINGDOWN_HTTP: `127.0.0.1:${this.httpPort}`,
        RINGDOWN_MEDIA_PORTS: `${this.mediaFrom}-${this.mediaTo}`,
        RINGDOWN_DATA: this.dataDir,
        RINGDOWN_FAILPOINT: this.#failpointFolder,
        ...this.#env,
      },
    })
    // A gateway that nobody gets hold of must not outlive the test.
    await this.ready().catch(async (error: unknown) => {
      await this.stop()
      throw error
    })
  }

  /** Resolves when `/readyz` says so. */
  async ready(): Promise<void> {
    const until = Date.now() + readyWithinMs
    while (Date.now() < until) {
      if (this.#supervisor?.exitCode !== null) break
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined)
      if (answer?.ok) return
      await wait(50)
    }
    throw new Error(`the gateway did not become ready:\n${this.log().slice(-4000)}`)
  }

  pid(name: ProcessName): number {
    const pid = name === 'supervisor' ? this.#supervisor?.pid : this.children()[name]?.pid
    if (pid === undefined) throw new Error(`${name} is not running`)
    return pid
  }

  children(): Record<string, { pid: number }> {
    const path = join(this.dataDir, 'run', 'children.json')
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  }

  /** Kills a process that may just be being restarted. Resolves with its former pid. */
  async killWhenUp(name: ProcessName): Promise<number> {
    const until = Date.now() + readyWithinMs
    for (;;) {
      const pid = this.children()[name]?.pid
      if (pid !== undefined && isAlive(pid)) {
        await this.kill(name)
        return pid
      }
      if (Date.now() > until) throw new Error(`${name} never came up:\n${this.log().slice(-4000)}`)
      await wait(5)
    }
  }

  /** kill -9. Resolves when the process is gone. */
  async kill(name: ProcessName): Promise<void> {
    const pid = this.pid(name)
    process.kill(pid, 'SIGKILL')
    while (isAlive(pid)) await wait(5)
  }

  /** Waits until a child has another pid than this one and the gateway is ready again. */
  async restarted(name: ProcessName, formerPid: number): Promise<void> {
    const until = Date.now() + readyWithinMs
    while (Date.now() < until) {
      const pid = this.children()[name]?.pid
      if (pid !== undefined && pid !== formerPid) return this.ready()
      await wait(20)
    }
    throw new Error(`${name} was not restarted:\n${this.log().slice(-4000)}`)
  }

  /** Holds a call at a moment: `before append|queued|leg ended`; only calls to `number`, where one is named. */
  hold(moment: string, number = '*'): Hold {
    return holdAt(this.#failpointFolder, `${moment}|${number}`)
  }

  /** As the role `engine` (all organizations) unless told. */
  async sql<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
    role: Role = 'engine',
  ): Promise<Row[]> {
    const result = await this.pool(role).query<Row>(text, values)
    return result.rows
  }

  /** Connections of a role, for transactions. */
  pool(role: Role = 'engine'): pg.Pool {
    const known = this.#pools.get(role)
    if (known) return known
    const environment = readFileSync(`/proc/${this.pid('control')}/environ`, 'utf8').split('\0')
    const urls = environment
      .find(line => line.startsWith('RINGDOWN_DATABASE_URLS='))
      ?.split('=')
      .slice(1)
      .join('=')
    if (!urls) throw new Error('control does not know its database')
    const connectionString = (JSON.parse(urls) as Record<Role, string>)[role]
    const pool = new pg.Pool({ connectionString, max: 4 })
    // A killed database breaks idle connections; the next query makes a new one.
    pool.on('error', () => undefined)
    this.#pools.set(role, pool)
    return pool
  }

  /** SIGTERM with a stop limit of 0 (second signal), or as the variables say. Resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.beginStop()
    return this.stopped()
  }

  beginStop(): void {
    this.#supervisor?.kill('SIGTERM')
  }

  /** Resolves with the supervisor's exit code. */
  async stopped(): Promise<number | null> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map(pool => pool.end()))
    const supervisor = this.#supervisor
    if (supervisor && supervisor.exitCode === null && supervisor.signalCode === null)
      await once(supervisor, 'exit')
    return supervisor?.exitCode ?? null
  }

  /** Stops, and removes the data. */
  async close(): Promise<void> {
    await this.stop()
    this.#ports.giveBack()
    rmSync(join(this.dataDir, '..'), { recursive: true, force: true })
  }
}

/** Starts a gateway and waits until it takes calls. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const home = options.dataDir ? join(options.dataDir, '..') : mkdtempSync(join(tmpdir(), 'ringdown-test-'))
  const ports = await takePortPlace()
  const gateway = new TestGateway({
    dataDir: options.dataDir ?? join(home, 'data'),
    ports,
    env: {
      RINGDOWN_STOP_LIMIT: '0',
      RINGDOWN_SIP: options.sipHost === '::1' ? `[::1]:${ports.sip}` : `127.0.0.1:${ports.sip}`,
      ...transports(ports, options.identity),
      ...options.env,
    },
  })
  await gateway.start()
  return gateway
}

function transports(
  { tls, ws, wss }: PortPlace,
  identity: GatewayOptions['identity'],
): Record<string, string> {
  if (!identity) return {}
  return {
    RINGDOWN_SIP_TLS: `127.0.0.1:${tls}`,
    RINGDOWN_SIP_WS: `127.0.0.1:${ws}`,
    RINGDOWN_SIP_WSS: `127.0.0.1:${wss}`,
    RINGDOWN_SIP_TLS_CERT: identity.certificate,
    RINGDOWN_SIP_TLS_KEY: identity.key,
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A zombie was killed and waits for its parent: it is gone for everyone else.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
