import type { TrunkChange, TrunkView } from '@ringdown/contract'
import { type TrunkResult, trunkError } from './trunk.errors.ts'
import type { SaveResult, StoredTrunk, TrunksRepository } from './trunks.repository.ts'

export type TrunksNeeds = {
  repository: TrunksRepository
  newId(): string
  seal(order: { row: string; text: string }): Uint8Array
  /** What is known of it right now: registrations, hosts, calls. */
  stateOf(trunk: string): TrunkView['state']
  /** Whoever works with trunks reads them again. */
  changed(): void
}

const refusals = {
  'name taken': 'trunk.name-taken',
  changed: 'trunk.changed',
  unknown: 'trunk.unknown',
} as const

export type Actor = { organization: string; actor: string }

/** What administrators do with trunks. */
export function createTrunks(needs: TrunksNeeds) {
  const { repository } = needs

  function view(trunk: StoredTrunk): TrunkView {
    return { ...trunk, state: needs.stateOf(trunk.id) }
  }

  async function answer(by: Actor, result: SaveResult): Promise<TrunkResult<TrunkView>> {
    if (result.type !== 'saved') return trunkError(refusals[result.type])
    needs.changed()
    const saved = await repository.find(by.organization, result.id)
    return saved ? { ok: true, value: view(saved) } : trunkError('trunk.unknown')
  }

  function saving(by: Actor, id: string, change: TrunkChange) {
    const { password, version: _, ...settings } = change
    const sealedPassword = password === undefined ? undefined : needs.seal({ row: id, text: password })
    return { ...by, id, settings, sealedPassword }
  }

  return {
    async list(organization: string): Promise<TrunkView[]> {
      return (await repository.list(organization)).map(view)
    },

    async find(organization: string, id: string): Promise<TrunkResult<TrunkView>> {
      const trunk = await repository.find(organization, id)
      return trunk ? { ok: true, value: view(trunk) } : trunkError('trunk.unknown')
    },

    async add(by: Actor, change: TrunkChange): Promise<TrunkResult<TrunkView>> {
      return answer(by, await repository.insert(saving(by, needs.newId(), change)))
    },

    /** Without a version somebody else's change could be lost: it is asked for. */
    async change(by: Actor, id: string, change: TrunkChange): Promise<TrunkResult<TrunkView>> {
      if (change.version === undefined)
        return {
          ok: false,
          code: 'request.malformed',
          message: 'Send the version of the trunk that you changed.',
        }
      return answer(by, await repository.update({ ...saving(by, id, change), version: change.version }))
    },

    async remove(by: Actor, id: string): Promise<TrunkResult<null>> {
      if (!(await repository.remove({ ...by, id }))) return trunkError('trunk.unknown')
      needs.changed()
      return { ok: true, value: null }
    },
  }
}

export type Trunks = ReturnType<typeof createTrunks>
