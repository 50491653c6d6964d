import type { SrvRecord } from './locate.ts'

/**
 * Orders SRV records as RFC 2782 asks: by priority, and within one by weighted chance. `random` gives numbers from 0 up to, but
 * not including, 1; it is called once per record.
 */
export function orderSrv(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  const priorities = [...new Set(records.map(record => record.priority))].toSorted((a, b) => a - b)
  return priorities.flatMap(priority =>
    orderByWeight(
      records.filter(record => record.priority === priority),
      random,
    ),
  )
}

function orderByWeight(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  // RFC 2782: those of weight 0 come first, so that they are chosen only by the draw of 0.
  const left = records.toSorted((a, b) => Number(a.weight > 0) - Number(b.weight > 0))
  const ordered: SrvRecord[] = []
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0)
    const draw = Math.floor(random() * (total + 1))
    let running = 0
    const at = left.findIndex(({ weight }) => {
      running += weight
      return running >= draw
    })
    ordered.push(...left.splice(Math.max(at, 0), 1))
  }
  return ordered
}
