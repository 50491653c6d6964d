import type { TestOperator } from '@ringdown/testkit'

/** Takes a call that rings, or will: whoever is beaten to one, or sees one that has just ended, takes another. */
export async function acceptAny(operator: TestOperator): Promise<void> {
  while (!operator.view.active) {
    const { offer, active } = await operator.until(view => view.offer !== null || view.active !== null)
    if (active || !offer) return
    await operator.accept().catch((error: Error) => {
      if (!/call\.(taken|gone)/.test(error.message)) throw error
    })
    await operator.until(view => view.active !== null || view.offer?.call !== offer.call)
  }
}
