import { expect, it } from 'vitest'
import { arriveAndWait, createTestEngine, createTestQueue } from '../calls/testing/create-test-engine.ts'
import { createTestGround } from '../calls/testing/create-test-ground.ts'

const ground = createTestGround()

/** An operator who was held by a call that nobody runs any more, since so many minutes. */
const heldSince = {
  'a talk': `status = 'on-call', lease_until = now() + interval '2 minutes' - $2 * interval '1 minute'`,
  'a wrap-up': `status = 'wrap-up', lease_until = null, wrap_up_until = now() - $2 * interval '1 minute'`,
}

it.each(Object.entries(heldSince))(
  'frees whom %s of a node that is gone still holds, after a while',
  async (what, held) => {
    const organization = what.replace(' ', '-')
    const operator = `${organization}-ann`
    await createTestQueue(ground, { organization, operators: [operator] })
    const order = { sql: ground.sql, spoolFolder: await ground.folder(organization) }
    const call = await arriveAndWait(createTestEngine({ ...order, node: 'gone' }), organization)
    const other = createTestEngine({ ...order, node: 'here' })
    const hold = (minutes: number) =>
      ground.sql.query(`update queues.operators set call = $1, ${held} where operator = $3`, [
        call,
        minutes,
        operator,
      ])
    await hold(0)
    expect(await other.operators.renewLeases([])).not.toContain(organization)
    expect(await ground.operatorRow(operator)).toMatchObject({ call })
    await hold(3)
    expect(await other.operators.renewLeases([])).toContain(organization)
    expect(await ground.operatorRow(operator)).toEqual({ status: 'available', call: null })
  },
)
