import { expect, it } from 'vitest'
import { createOperatorLines } from './operator-lines.usecases.ts'

const ann = { organization: 'org-1', operator: 'ann' }

function bench(order: { phones?: number; chose?: boolean } = {}) {
  const phones = { registered: order.phones ?? 0 }
  const stored: string[] = []
  let warm: boolean | undefined
  const lines = createOperatorLines({
    operators: {
      async chooseLine(_organization, operator, line) {
        stored.push(`${operator}: ${line}`)
        return []
      },
      phoneUsers: async () => (order.chose ? [ann] : []),
    },
    hasPhone: () => phones.registered > 0,
    setWarm(_organization, _operator, is) {
      warm = is
    },
  })
  return { lines, phones, stored, isWarm: () => warm }
}

it('offers calls to a warm browser, and to no phone, as long as nothing else was chosen', () => {
  const { lines, phones, isWarm } = bench({ phones: 1 })
  lines.browserIs(ann, true)
  expect(isWarm()).toBe(true)
  phones.registered = 0
  lines.phonesChanged(ann)
  lines.browserIs(ann, false)
  expect([isWarm(), lines.usesPhone('ann')]).toEqual([false, false])
})

it('offers calls to whoever chose their phone while one is registered, whatever their browser does', async () => {
  const { lines, phones, stored, isWarm } = bench()
  await lines.choose(ann, 'desk phone')
  expect([lines.usesPhone('ann'), stored, isWarm()]).toEqual([true, ['ann: desk phone'], false])
  lines.browserIs(ann, true)
  expect(isWarm()).toBe(false)
  phones.registered = 1
  lines.phonesChanged(ann)
  lines.browserIs(ann, false)
  expect(isWarm()).toBe(true)
  phones.registered = 0
  lines.phonesChanged(ann)
  expect(isWarm()).toBe(false)
})

it('goes back to a browser that has stayed warm meanwhile', async () => {
  const { lines, isWarm } = bench()
  await lines.choose(ann, 'desk phone')
  lines.browserIs(ann, true)
  await lines.choose(ann, 'browser')
  expect([lines.usesPhone('ann'), isWarm()]).toEqual([false, true])
})

it('knows after a restart who answers with a phone, and whose is registered', async () => {
  const { lines, isWarm } = bench({ chose: true, phones: 1 })
  await lines.restore()
  expect([lines.usesPhone('ann'), isWarm()]).toEqual([true, true])
})
