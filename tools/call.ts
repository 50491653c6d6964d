import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { readWav, writeWav } from '@ringdown/testkit'
import { ConfigError, readConfig } from '../apps/gateway/src/config/index.ts'
import { type CallArguments, readArguments, UsageError, usage } from './call/arguments.ts'
import { callBySip } from './call/sip-telephone.ts'
import type { Telephone } from './call/telephone.ts'
import { callByTwilio } from './call/twilio-telephone.ts'
import { onStopAsked } from './launch/stop-signals.ts'
import { twilioApiPort } from './launch/twilio-api.ts'

/** `npm run call`: a telephone in the terminal. Ends with 0 when the call was answered, 1 when not, 2 for wrong use. */

const startedAt = performance.now()
const patienceSeconds = 60
const defaultSeconds = 20

function report(line: string): void {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`)
}

function speechOf(path: string | undefined): Int16Array | undefined {
  if (path === undefined) return undefined
  try {
    return readWav(readFileSync(path), 8000).samples
  } catch (error) {
    throw new UsageError(`--play ${path}: ${(error as Error).message}`)
  }
}

/** Fails before the call rather than after it. */
function requireWritable(path: string | undefined): void {
  if (path === undefined) return
  try {
    writeFileSync(path, writeWav({ sampleRate: 8000, samples: new Int16Array(0) }))
  } catch (error) {
    throw new UsageError(`--record ${path}: ${(error as Error).message}`)
  }
}

function dial(order: CallArguments, says: Int16Array | undefined): Promise<Telephone> {
  const { to, from, transport } = order
  const config = readConfig({ ...process.env, RINGDOWN_DEMO: '1' })
  if (order.via === 'sip') {
    const server = order.server ?? config.sip
    report(`calling ${to} at ${server.host}:${server.port} over SIP (${transport})`)
    return callBySip({ to, from, says, server, transport, report })
  }
  const server = order.server ?? config.http
  // What is signed must be what the gateway believes to be called by: unless told, the Host that it sees.
  const isTold = Boolean(process.env.RINGDOWN_PUBLIC_URL)
  const publicUrl = isTold ? config.publicUrl : `http://${server.host}:${server.port}`
  report(`calling ${to} at ${publicUrl} through a stand-in for Twilio`)
  const apiPort = twilioApiPort(server.port)
  return callByTwilio({ to, from, says, publicUrl, server, apiPort, report })
}

async function talk(telephone: Telephone, order: CallArguments, seconds: number): Promise<void> {
  report('answered')
  if (order.digits !== '') {
    await Promise.race([wait(1000), telephone.ended])
    await telephone.sendDigits(order.digits)
    report(`pressed ${order.digits}`)
  }
  await Promise.race([wait(seconds * 1000, undefined, { ref: false }), telephone.ended])
  telephone.hangUp()
}

async function call(order: CallArguments): Promise<number> {
  const says = speechOf(order.play)
  requireWritable(order.record)
  const telephone = await dial(order, says)
  onStopAsked(() => telephone.hangUp())
  const patience = setTimeout(() => telephone.hangUp(), patienceSeconds * 1000)
  const isAnswered = await telephone.answered
  clearTimeout(patience)
  if (isAnswered) await talk(telephone, order, order.seconds ?? (says ? says.length / 8000 : defaultSeconds))
  report(`ended by ${await telephone.ended}`)
  if (order.record !== undefined) {
    const samples = telephone.heard()
    writeFileSync(order.record, writeWav({ sampleRate: 8000, samples }))
    report(`wrote ${order.record} (${(samples.length / 8000).toFixed(1)} s)`)
  }
  await telephone.close()
  return isAnswered ? 0 : 1
}

async function main(): Promise<number> {
  try {
    const order = readArguments(process.argv.slice(2))
    if (order) return await call(order)
    console.log(usage)
    return 0
  } catch (error) {
    if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`)
    else if (error instanceof ConfigError) console.error(error.message)
    else console.error(`The call could not be placed: ${(error as Error).message}`)
    return error instanceof UsageError ? 2 : 1
  }
}

process.exit(await main())
