import type { TrunkChange, TrunkView } from '@ringdown/contract'
import { trunkTemplates } from './templates.rules.ts'
import type { TrunkFailure, TrunksOutcome, TrunksPort } from './trunks.port.ts'

export function createTestTrunk(fields: Partial<TrunkView> & { name?: string } = {}): TrunkView {
  const { name = 'Asterisk', ...rest } = fields
  return {
    id: 'trunk_1',
    version: 1,
    settings: {
      ...trunkTemplates.asterisk.settings,
      name,
      hosts: [{ host: '192.0.2.10', port: null, transport: null }],
      addresses: ['192.0.2.10'],
    },
    hasPassword: false,
    state: { registrations: [], hosts: [], calls: 0 },
    ...rest,
  }
}

/** A gateway that keeps trunks in memory. Once `refusal` is set it refuses everything. */
export function createTestTrunks(trunks: TrunkView[] = []) {
  const gateway = {
    trunks,
    refusal: null as TrunkFailure | null,
    /** What was sent, oldest first. */
    sent: [] as TrunkChange[],
    /** Answers wait for this. */
    delay: Promise.resolve(),
  }
  async function answer<T>(work: () => T): Promise<TrunksOutcome<T>> {
    await gateway.delay
    return gateway.refusal ? { ok: false, failure: gateway.refusal } : { ok: true, value: work() }
  }
  const saved = (id: string, version: number, change: TrunkChange): TrunkView => {
    const { password, version: _, ...settings } = change
    const trunk = { ...createTestTrunk(), id, version, settings, hasPassword: password !== undefined }
    gateway.sent.push(change)
    gateway.trunks = [...gateway.trunks.filter(other => other.id !== id), trunk]
    return trunk
  }
  const port: TrunksPort = {
    list: () => answer(() => gateway.trunks),
    add: change => answer(() => saved('trunk_new', 1, change)),
    change: (id, change) => answer(() => saved(id, (change.version ?? 0) + 1, change)),
    remove: id =>
      answer(() => {
        gateway.trunks = gateway.trunks.filter(trunk => trunk.id !== id)
        return null
      }),
  }
  return { gateway, port }
}
