import type { TrunkSettings } from '@ringdown/contract'
import type { TestGateway } from './gateway.ts'

/**
 * A trunk of the demo's organization that calls from one address of this machine, such as 127.0.0.21. Before the first call: what
 * the gateway knows of trunks holds for some seconds.
 */
export async function addTrunk(
  gateway: TestGateway,
  { address, settings }: { address: string; settings: Partial<TrunkSettings> },
): Promise<string> {
  const id = `trunk ${address}`
  await gateway.sql(
    `insert into carriers.trunks (id, organization, name, addresses, settings)
       select $1, organization, $1, array[$2]::cidr[], $3 from carriers.trunks where any_loopback limit 1`,
    [id, `${address}/32`, JSON.stringify(settings)],
  )
  return id
}
