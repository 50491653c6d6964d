import { createSipPhone, type SipPhone, type TestOperator } from '@ringdown/testkit'
import { DelayLog, stamp } from './stamped-voice.ts'
import { signInOperator } from './talking-pair.ts'

/**
 * Callers and operators of short calls, in a process of their own. Each caller dials, waits for an operator's voice, hangs up
 * and dials again; each operator accepts whatever rings. The parent is told how far they are whenever it asks.
 */
export type SetUpsOrder = { url: string; sipPort: number; operators: number; callers: number }
export type SetUpsReport = { done: number; failed: number; voiceAfterMs: number[] }

/** A telephone keeps the timers of all its calls. */
const callsPerPhone = 100

const report: SetUpsReport = { done: 0, failed: 0, voiceAfterMs: [] }

async function answerAll(operator: TestOperator, index: number): Promise<never> {
  await operator.goAvailable()
  stamp(operator.stream, index)
  new DelayLog().listen(operator.stream)
  for (;;) {
    const { offer } = await operator.until(view => view.offer !== null, 'an offer')
    const call = offer!.call
    const { ok } = await operator.tryCommand({ type: 'accept', call })
    // Until the page shows what the answer said, it shows the offer still.
    await operator.until(view => view.offer?.call !== call, 'the offer to be gone')
    if (ok) await operator.until(view => view.active?.call !== call, 'the end of the call')
  }
}

async function dialAll(order: SetUpsOrder, caller: number): Promise<never> {
  let phone: SipPhone | undefined
  for (let round = 0; ; round++) {
    if (round % callsPerPhone === 0) {
      await phone?.close()
      phone = await createSipPhone({ server: { host: '127.0.0.1', port: order.sipPort } })
    }
    try {
      await dial(phone!, `+15550178${String(caller).padStart(3, '0')}`)
      report.done += 1
    } catch {
      report.failed += 1
    }
  }
}

async function dial(phone: SipPhone, from: string): Promise<void> {
  const dialledAt = performance.now()
  const call = await phone.call({ to: '+15550100', from })
  const heard = new DelayLog()
  heard.listen(call.stream)
  const isOver = call.ended.then(() => Promise.reject(new Error('ended before anyone was heard')))
  isOver.catch(() => undefined)
  const heardAt = await Promise.race([heard.first, isOver])
  report.voiceAfterMs.push(heardAt - dialledAt)
  await call.hangUp()
  await call.ended
}

process.once('message', async (order: SetUpsOrder) => {
  const operators: TestOperator[] = []
  for (let i = 0; i < order.operators; i++) operators.push(await signInOperator(order.url, i))
  for (const [i, operator] of operators.entries()) void answerAll(operator, i)
  process.on('message', () => {
    process.send?.(report)
    report.voiceAfterMs = []
  })
  process.send?.(report)
  for (let caller = 0; caller < order.callers; caller++) void dialAll(order, caller)
})
process.once('disconnect', () => process.exit(0))
