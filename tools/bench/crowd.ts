import type { SrtpSuite } from '@ringdown/media'
import { createSipPhone } from '@ringdown/testkit'
import { openRelayEnd } from './relay-ends.ts'
import { connectPair, isTalking, signInOperator, type TalkingPair } from './talking-pair.ts'

/**
 * The calls that only make load, in a process of their own: the few that are measured must not wait behind them. The parent
 * is told when they all stand, and how many still do when it asks; they end with the channel to it.
 */
export type CrowdOrder =
  | { type: 'gateway'; url: string; sipPort: number; first: number; count: number; srtp?: SrtpSuite }
  | { type: 'relay'; ports: readonly number[] }
export type CrowdReport = { talking: number }

async function call(order: Extract<CrowdOrder, { type: 'gateway' }>): Promise<() => number> {
  const phone = await createSipPhone({ server: { host: '127.0.0.1', port: order.sipPort } })
  const pairs: TalkingPair[] = []
  for (let index = order.first; index < order.first + order.count; index++) {
    const operator = await signInOperator(order.url, index)
    pairs.push(await connectPair({ phone, operator, index, srtp: order.srtp }))
  }
  return () => pairs.filter(isTalking).length
}

async function fill(order: Extract<CrowdOrder, { type: 'relay' }>): Promise<() => number> {
  for (const [voice, port] of order.ports.entries()) await openRelayEnd({ port, voice })
  return () => order.ports.length / 2
}

process.once('message', async (order: CrowdOrder) => {
  const talking = await (order.type === 'gateway' ? call(order) : fill(order))
  const report = () => process.send?.({ talking: talking() } satisfies CrowdReport)
  process.on('message', report)
  report()
})
process.once('disconnect', () => process.exit(0))
