import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Dialled, Told } from '../../calls/index.ts'
import type { RoleUrls } from '../../database/index.ts'

export type Accept = { call: string; operator: string }

export type RaceOrder =
  | { type: 'restore' }
  | { type: 'offer'; organization: string }
  | { type: 'accept'; accepts: Accept[] }
  | { type: 'dial'; organization: string; operators: string[] }
  | { type: 'end' }

export type RaceAnswer = { type: 'told'; told: (Accept & { told: Told })[]; failures: string[] }

/** Per operator, what became of their call. */
export type DialAnswer = { type: 'dialled'; dialled: (Dialled & { operator: string })[]; failures: string[] }

/** Starts a control process beside this one, on the same database. */
export async function createRacer(order: { urls: RoleUrls; spoolFolder: string }) {
  const child = fork(new URL('./race-control.ts', import.meta.url), {
    env: { ...process.env, RACE: JSON.stringify(order) },
    execArgv: [],
  })
  await once(child, 'message')
  return {
    restore: () => ask(child, { type: 'restore' }),
    offer: (organization: string) => ask(child, { type: 'offer', organization }),
    accept: async (accepts: Accept[]) => (await ask(child, { type: 'accept', accepts })) as RaceAnswer,
    dial: async (organization: string, operators: string[]) =>
      (await ask(child, { type: 'dial', organization, operators })) as DialAnswer,
    async end() {
      const exited = once(child, 'exit')
      child.send({ type: 'end' })
      await exited
    },
  }
}

async function ask(child: ChildProcess, order: RaceOrder): Promise<unknown> {
  const answered = once(child, 'message')
  child.send(order)
  return (await answered)[0]
}
