import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from './config/index.ts'
import { composeCalls } from './control/compose-calls.ts'
import { composeDeskLines } from './control/compose-desk-lines.ts'
import { composeDevices } from './control/compose-devices.ts'
import { composeHttp } from './control/compose-http.ts'
import { composeLive } from './control/compose-live.ts'
import { composeOutbound } from './control/compose-outbound.ts'
import { composeTrunks } from './control/compose-trunks.ts'
import { openGround } from './control/open-ground.ts'
import { firstSnapshots } from './control/snapshots.ts'
import { isUnserved } from './control/unserved.ts'
import { DatabaseServerError, MigrationError } from './database/index.ts'
import { AuthoritiesError, type SipListenError, TlsFilesError } from './legs/sip/index.ts'
import { createLogger } from './logging/index.ts'
import { WorkerPool } from './media/index.ts'
import { createMetrics } from './operations/index.ts'
import { PrivacyError } from './privacy/index.ts'
import { attachToSupervisor, listenAddress } from './supervision/index.ts'

// Control: HTTP, SIP signalling, call logic, database client. Reads its configuration, puts the parts together, takes up
// what a former control left, and stops in an orderly way. No logic of its own.

const workerPatienceMs = 5_000
const leaseRoundMs = 30_000
const drainLookMs = 100
/** A far end that cannot be told of its end does not keep the gateway from stopping. */
const lastWordsMs = 10_000
/** A BYE that is not answered is repeated after 0.5, 1.5 and 3.5 s (RFC 3261 §17.1.2.1). */
const byeMs = 4_000
const closeMs = 1_000
/** Carriers are told that we are gone, so that they send new calls elsewhere. */
const unregisterMs = 2_000

const { env } = process
const config = readConfig(env)
const log = createLogger({ name: 'control', level: config.logLevel, pretty: config.demo })
const metrics = createMetrics()

let stopping = false
let stopNow = () => {}
const stopAtOnce = new Promise<void>(resolve => {
  stopNow = resolve
})
let recovered = false
let isUp = false

const attachment = attachToSupervisor({
  runDirectory: env.RINGDOWN_RUN ?? config.dataDir,
  onStop: ms => {
    if (ms === 0) stopNow()
    if (!isUp) void leave()
    else if (!stopping) void stop(ms)
  },
})

const ground = await openGround({ config, env, log }).catch(refuseToStart)
const sockets = JSON.parse(env.RINGDOWN_WORKER_SOCKETS ?? '[]') as string[]
const media = new WorkerPool({ sockets, referenceKey: ground.master.derive('worker references') })
const { calls, journal, sip, twilio, directory, links, locator, contacts } = orRefuse(() =>
  composeCalls({
    config,
    env,
    ground,
    media,
    metrics,
    log,
  }),
)
const live = composeLive({
  ground,
  calls,
  isSpooling: () => journal.isSpooling,
  media,
  metrics,
  publicUrl: config.publicUrl,
  contacts,
  dial: composeOutbound({ ground, calls, sip, links, isSpooling: () => journal.isSpooling }),
  log,
})
const deskLines = composeDeskLines({
  ground,
  calls,
  sip,
  media,
  contacts,
  operatorLines: live.operatorLines,
  metrics,
  log,
})
media.onEvent(event => {
  if (event.type === 'stream refused') metrics.streams.inc({ reason: event.reason })
})
metrics.gauge('calls_open', 'Calls by state', ['state'], gauge => {
  gauge.reset()
  for (const call of calls.list()) gauge.inc({ state: call.type })
})

// What a former control left is made known before a worker or a trunk can say anything about it.
await journal.flush()
const goOn = await calls.restore()
await twilio.keys.preload()
await contacts.restore()
const snapshots = firstSnapshots({ media, workers: sockets.length, patienceMs: workerPatienceMs })
media.start()
const held = await snapshots
await live.operators.coolAll()
await live.operatorLines.restore()
await deskLines.restore()
await goOn(held)
deskLines.restored()
recovered = true
await keepLeases()
const leases = setInterval(() => void keepLeases(), leaseRoundMs)
ground.database.onAwayChange(away => void (away || databaseIsBack()))

const server = await composeHttp({
  config,
  env,
  ground,
  twilio,
  devices: composeDevices({ config, ground, contacts }),
  trunks: composeTrunks({ ground, directory, links, callsOf: sip.callsOf }),
  media,
  metrics,
  live: {
    concerns: request => request.url?.split('?')[0] === '/api/v1/live',
    upgrade: (request, socket, head) =>
      void live.socket.upgrade(request, socket, head).catch(error => {
        if (!isUnserved(error)) log.error({ err: error }, 'a live connection failed')
        socket.destroy()
      }),
  },
  attachment,
  recovered: () => recovered,
  notReady,
  log,
})
await listening('RINGDOWN_HTTP', () => server.listen(listenAddress(config.http, env)))
const origins = [new URL(config.publicUrl).origin]
await listening('RINGDOWN_SIP', () =>
  sip.listen({ ...config.sip, ...config.sipTransports, origins, locator }),
)
isUp = true
void links.start()
live.presence.restored()
attachment.ready()
log.info('control takes calls')

/** What is wrong with the key, the authorities or the database is for a person to mend: a sentence, not a stack. */
function refuseToStart(error: unknown): never {
  const isPlain =
    error instanceof PrivacyError ||
    error instanceof MigrationError ||
    error instanceof DatabaseServerError ||
    error instanceof AuthoritiesError
  if (!isPlain) throw error
  log.fatal(error.message)
  process.exit(1)
}

function orRefuse<T>(start: () => T): T {
  try {
    return start()
  } catch (error) {
    return refuseToStart(error)
  }
}

/** Told to stop before it took a call: what a former control left is taken up by the next. */
async function leave() {
  await attachment.finish()
  process.exit(0)
}

/** A port that somebody else has is the operator's to mend: said in words, tried again by the supervisor. */
async function listening(variable: string, listen: () => Promise<unknown>) {
  try {
    await listen()
  } catch (error) {
    if (error instanceof TlsFilesError) return refuseToListen({}, error.message)
    const { code, port, listener } = error as Partial<SipListenError>
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error
    const its = listener === undefined ? variable : `${variable}_${listener.toUpperCase()}`
    refuseToListen(
      { code, port },
      `cannot listen: end the program that has this address, or set ${its} to another`,
    )
  }
}

function refuseToListen(facts: object, sentence: string): never {
  log.fatal(facts, sentence)
  process.exit(1)
}

function notReady(): string[] {
  const reasons: string[] = []
  if (stopping) reasons.push('the gateway is stopping')
  if (ground.database.isAway() || journal.isSpooling) reasons.push('the database is away')
  try {
    media.place()
  } catch {
    reasons.push('no media worker is up')
  }
  return reasons
}

async function keepLeases() {
  try {
    // What a busy database left unwritten.
    live.warmth.resync()
    const open = calls.list().map(call => call.facts.call)
    const freed = await live.operators.renewLeases(open)
    const left = await live.operators.signOffAbsent(live.hub.present())
    for (const organization of new Set([...freed, ...left])) {
      live.hub.changed(organization)
      void live.dispatch.kick(organization)
    }
  } catch (error) {
    if (!isUnserved(error)) log.error({ err: error }, 'leases could not be renewed')
  }
}

async function databaseIsBack() {
  try {
    if (!(await journal.flush())) return
    await keepLeases()
    for (const organization of new Set([
      ...live.organizations.values(),
      ...calls.list().map(c => c.facts.organization),
    ])) {
      live.hub.changed(organization)
      void live.dispatch.kick(organization)
    }
  } catch (error) {
    if (!isUnserved(error)) log.error({ err: error }, 'the journal could not be brought in')
  }
}

/** No new calls; those that are there may finish within `ms`; then each is ended with its reason. */
async function stop(ms: number) {
  stopping = true
  calls.refuseArrivals()
  const unregistered = links.stop(unregisterMs)
  const until = Date.now() + ms
  while (calls.list().length > 0 && Date.now() < until) {
    const atOnce = await Promise.race([stopAtOnce.then(() => true), wait(drainLookMs, false)])
    if (atOnce) break
  }
  await Promise.race([calls.endAll(), wait(lastWordsMs)])
  clearInterval(leases)
  await unregistered
  await sip.settled(byeMs)
  await Promise.race([calls.partings(), wait(closeMs)])
  contacts.close()
  await sip.close()
  live.socket.close()
  // A carrier's socket that was handed over counts as the server's own for ever, wherever it is now.
  await Promise.race([server.close(), wait(closeMs)])
  media.stop()
  await ground.database.close()
  await attachment.finish()
  process.exit(0)
}
