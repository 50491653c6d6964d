import { createTrunks, createTrunksRepository, newTrunkId, type Trunks } from '../carriers/trunk/index.ts'
import type { TrunkLinks } from '../carriers/trunk-links/index.ts'
import type { Database } from '../database/index.ts'
import type { Privacy } from '../privacy/index.ts'

/** Trunks as administrators see and change them. */
export function composeTrunks(order: {
  ground: { database: Database; privacy: Privacy }
  directory: { changed(): void }
  links: TrunkLinks
  /** Calls of a trunk that are there now. */
  callsOf(trunk: string): number
}): Trunks {
  const { ground, directory, links, callsOf } = order
  return createTrunks({
    repository: createTrunksRepository(ground.database),
    newId: newTrunkId,
    seal: ({ row, text }) => ground.privacy.seal({ purpose: 'trunk-password', row, text }),
    stateOf: trunk => ({ ...links.stateOf(trunk), calls: callsOf(trunk) }),
    changed() {
      directory.changed()
      links.changed()
    },
  })
}
