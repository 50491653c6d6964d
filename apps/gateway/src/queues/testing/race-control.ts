import { systemClock } from '../../calls/index.ts'
import { createTestEngine, outgoingOf } from '../../calls/testing/create-test-engine.ts'
import { openDatabase, type RoleUrls } from '../../database/index.ts'
import { createDispatch } from '../index.ts'
import type { DialAnswer, RaceAnswer, RaceOrder } from './create-race.ts'

// A second control on the same database, as a process of its own: calls and queues over doubles of media and legs.

const { urls, spoolFolder } = JSON.parse(process.env.RACE ?? '{}') as { urls: RoleUrls; spoolFolder: string }
const database = openDatabase({ urls, connections: 5 })
const engine = createTestEngine({ sql: database.engine, spoolFolder })
const dispatch = createDispatch({
  calls: engine.calls,
  operators: engine.operators,
  clock: systemClock,
  isHalted: () => false,
  onFailed: error => engine.failures.push(error),
})

process.on('message', (order: RaceOrder) => void carryOut(order).then(answer => process.send?.(answer)))
process.send?.({ type: 'ready' })

async function carryOut(order: RaceOrder): Promise<RaceAnswer | DialAnswer | { type: 'ready' }> {
  switch (order.type) {
    case 'restore':
      await (await engine.calls.restore())(new Map())
      return { type: 'ready' }
    case 'offer':
      await dispatch.kick(order.organization)
      return { type: 'ready' }
    case 'accept': {
      const told = await Promise.all(
        order.accepts.map(async ({ call, operator }) => {
          const line = { worker: 0, endpoint: `line:${operator}:1` }
          return { call, operator, told: await engine.calls.tell(call, { type: 'accepted', operator, line }) }
        }),
      )
      return { type: 'told', told, failures: engine.failures.map(String) }
    }
    case 'dial': {
      const { organization } = order
      const dialled = await Promise.all(
        order.operators.map(async operator => ({
          operator,
          ...(await engine.calls.dial(outgoingOf(organization, operator))),
        })),
      )
      return { type: 'dialled', dialled, failures: engine.failures.map(String) }
    }
    case 'end':
      await database.close()
      setImmediate(() => process.exit(0))
      return { type: 'ready' }
  }
}
