import { createRequest } from '@ringdown/sip'
import { createAuthority } from '../../test/harness/certificates.ts'
import { startGateway, type TestGateway } from '../../test/harness/gateway.ts'
import { readCorpus } from './corpus.ts'
import { attack } from './gateway-batch.ts'
import { type Growth, growthOf, judgeGrowth, type Weights } from './growth.ts'
import { createMemoryScale } from './held-memory.ts'
import { newToken, openSipAsker } from './sip-asker.ts'
import { compareVitalSigns, readVitalSigns, type VitalSigns } from './vital-signs.ts'
import { startWitness, type Witness } from './witness.ts'

export type GatewayFinding = { batch: number; problems: readonly string[]; log: string }
export type GatewayNews = { done: number; now: VitalSigns; weight: Weights[number] }
export type GatewayResult = {
  batches: number
  before: VitalSigns
  after: VitalSigns
  /** Absent after too few batches. */
  growth: Growth | undefined
  finding: GatewayFinding | undefined
}

/**
 * Attacks a demo gateway of its own, batch after batch, `batches` of them or until `isOver` says so. After each the service is proved
 * intact; it ends with the first batch after which it is not.
 */
export async function fuzzGateway(order: {
  seed: number
  first: number
  batches: number
  isOver?: () => boolean
  onNews?: (news: GatewayNews) => void
}): Promise<GatewayResult> {
  const { seed, first, batches, isOver = () => false, onNews } = order
  const corpus = readCorpus()
  const authority = createAuthority()
  const scale = createMemoryScale()
  const gateway = await startGateway({ identity: authority.identity('127.0.0.1'), env: scale.env })
  let witness: Witness | undefined
  try {
    await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
    await gateway.sql(`update carriers.trunks set settings = settings || '{"encryption": "optional"}'`)
    witness = await startWitness(gateway)
    // Compilers and pools are warm after a call.
    await witness.proveCalls()
    const before = await readVitalSigns(gateway)
    const weights: Weights[number][] = []
    let [after, done] = [before, 0]
    for (; done < batches && !isOver(); done++) {
      await attack({ gateway, corpus, seed, round: first + done })
      const health = await examine(gateway, witness, before)
      const weight = await scale.weigh(gateway)
      after = health.now
      weights.push(weight)
      onNews?.({ done: done + 1, now: after, weight })
      const growth = growthOf(weights)
      const problems = [...health.problems, ...judgeGrowth(growth)]
      if (problems.length === 0) continue
      const finding = { batch: first + done, problems, log: gateway.log().slice(-4000) }
      return { batches: done + 1, before, after, growth, finding }
    }
    return { batches: done, before, after, growth: growthOf(weights), finding: undefined }
  } finally {
    await witness?.close()
    await gateway.close()
    scale.remove()
    authority.remove()
  }
}

async function examine(
  gateway: TestGateway,
  witness: Witness,
  before: VitalSigns,
): Promise<{ problems: string[]; now: VitalSigns }> {
  const found = [await askOptions(gateway), await witness.proveCalls(), await witness.problems()]
  const now = await readVitalSigns(gateway)
  return { problems: [...found.flat(), ...compareVitalSigns(before, now)], now }
}

/** RFC 3261 §11: whether it takes calls. */
async function askOptions(gateway: TestGateway): Promise<string[]> {
  const asker = await openSipAsker({ address: '127.0.0.1', sipPort: gateway.sipPort })
  const request = createRequest({
    method: 'OPTIONS',
    uri: `sip:127.0.0.1:${gateway.sipPort}`,
    from: { uri: 'sip:watch@127.0.0.1', params: [{ name: 'tag', value: newToken() }] },
    to: { uri: 'sip:127.0.0.1', params: [] },
    callId: newToken(),
    cseq: 1,
  })
  const response = await asker.ask(request)
  await asker.close()
  return response?.status === 200 ? [] : [`OPTIONS is answered with ${response?.status ?? 'silence'}`]
}
