import type { Ban } from '../legs/sip/index.ts'
import type { Logger } from '../logging/index.ts'

/** One line per ban. Its fields and their order are a promise: fail2ban reads them (deploy/fail2ban, docs/operations.md). */
export function tellBan(log: Pick<Logger, 'warn'>, { address, what, seconds, isProven }: Ban): void {
  log.warn({ address, what, seconds, proven: isProven }, 'sip source banned')
}
