import { isIPv6 } from 'node:net'
import type { Flow } from '@ringdown/sip'
import type { Rate } from './bucket.rules.ts'
import type { Offence } from './offences.port.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/**
 * What a source may cost us (docs/adr/0011-sources-that-attack.md). `stranger`: an address that nobody has vouched for, by itself.
 * `strangers`: all of them together, however many addresses they show. `friend`: one of a trunk, or one that was vouched for.
 * Messages are counted before they are parsed, requests when they would begin something: so few of strangers that in the 5 s which a
 * statement may take they do not fill the queue of those whose trunk is being read (`limits.unplaced`).
 */
export const rates = {
  stranger: { messages: { perSecond: 50, burst: 200 }, requests: { perSecond: 10, burst: 50 } },
  strangers: { messages: { perSecond: 2_000, burst: 2_000 }, requests: { perSecond: 100, burst: 300 } },
  friend: { messages: { perSecond: 4_000, burst: 8_000 }, requests: { perSecond: 1_000, burst: 2_000 } },
} as const satisfies Record<string, Record<'messages' | 'requests', Rate>>

/** So many offences of a kind within so long bring a ban. */
export const bearable: Readonly<Record<Offence, { count: number; withinMs: number }>> = {
  authentication: { count: 10, withinMs: minuteMs },
  stranger: { count: 30, withinMs: minuteMs },
  malformed: { count: 30, withinMs: minuteMs },
}

const firstBanMs = 10 * minuteMs
const longestBanMs = dayMs
/** So long after the end of a ban it is forgotten. */
export const bansForgottenMs = dayMs

/** Each ban is twice as long as the one before it. ms */
export const banMs = (bansBefore: number): number => Math.min(firstBanMs * 2 ** bansBefore, longestBanMs)

/** What is remembered at most. */
export const memory = { sources: 20_000, offenders: 10_000, vouched: 10_000 } as const

/** Whom we ask may answer, until the longest of our transactions is over (RFC 3261 §16.6: Timer C, over 3 minutes). */
export const answersMs = 5 * minuteMs
/** Who has shown the tags of a dialog; each message of it shows them again. */
export const dialogMs = 10 * minuteMs

/** Whether the sender has the address that it shows: a datagram may show any. */
export const isProven = ({ transport }: Pick<Flow, 'transport'>): boolean => transport !== 'udp'

/** What counts as one source: an IPv4 address, or an IPv6 network of 64 bits, which is what one customer is given (RFC 6177). */
export function sourceOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const missing = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array<number>(Math.max(missing, 0)).fill(0), ...after]
  return `${groups
    .slice(0, 4)
    .map(group => group.toString(16))
    .join(':')}::/64`
}

/** An IPv4 address at the end stands for two groups (RFC 4291 §2.2). */
const groupsOf = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap(group => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]))
