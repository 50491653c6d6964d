import { createLegDataRepository } from '../calls/index.ts'
import { readTrunkCredentials } from '../carriers/trunk/index.ts'
import type { TrunkCredentials } from '../legs/sip/index.ts'
import type { Ground } from './open-ground.ts'

/** What calls of ours need of the database: their trunks' credentials, and a place for what they are continued from. */
export function composeOutgoing(order: {
  ground: Ground
  seal: Parameters<typeof createLegDataRepository>[0]['seal']
}) {
  const { database, privacy } = order.ground
  const { engine } = database
  return {
    keepLeg: createLegDataRepository({ sql: engine, seal: order.seal }).keep,
    async trunkCredentials(trunk: string): Promise<TrunkCredentials | undefined> {
      const found = await readTrunkCredentials(engine, trunk)
      if (!found) return undefined
      const { username, realm, sealedPassword } = found
      const password = privacy.open({ purpose: 'trunk-password', row: trunk, sealed: sealedPassword })
      return { username, realm, password }
    },
  }
}
