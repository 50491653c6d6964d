import type { SipCounter } from './sip.port.ts'

/** What comes from outside and was not foreseen costs itself, not the process. */
export function guarded(counter: SipCounter, run: () => void): void {
  try {
    run()
  } catch {
    counter.count('failed')
  }
}
