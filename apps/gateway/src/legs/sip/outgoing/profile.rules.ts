import { contactUri, type Flow, type SessionProfile } from '@ringdown/sip'
import { limits } from '../limits.rules.ts'
import { capabilities } from '../screening.rules.ts'

/** What we say of ourselves in a call of ours, towards this flow. */
export const profileOf = (
  user: string,
  { transport }: Flow,
  own: { host: string; port: number },
): SessionProfile => ({
  contact: `<${contactUri({ user, ...own, transport })}>`,
  ...capabilities,
  timer: limits.sessionTimer,
})
