import { lookup, Resolver } from 'node:dns/promises'
import type { DnsRecord, Outcome, Question } from '@ringdown/sip'

/** The questions that we ask of DNS; `Resolver` of node:dns/promises is one. */
export type DnsResolver = {
  resolve4(name: string, options: { ttl: true }): Promise<{ address: string; ttl: number }[]>
  resolve6(name: string, options: { ttl: true }): Promise<{ address: string; ttl: number }[]>
  resolveSrv(name: string): Promise<{ priority: number; weight: number; port: number; name: string }[]>
  resolveNaptr(name: string): Promise<
    {
      order: number
      preference: number
      flags: string
      service: string
      regexp: string
      replacement: string
    }[]
  >
}

/** An answer and for how long it may be remembered, in ms. */
export type DnsAnswer = { outcome: Outcome; ttlMs: number }

/** Where Node does not tell: SRV, NAPTR, and that there is nothing. */
const untoldTtlS = 30

const noSuchThing = new Set(['ENOTFOUND', 'ENODATA'])

/** The system's names: services from DNS, addresses also from its hosts file. */
export function systemResolver(): DnsResolver {
  const dns = new Resolver({ timeout: 1_500, tries: 2 })
  const addresses = (family: 4 | 6) => async (name: string) => {
    const found = await lookup(name, { family, all: true })
    return found.map(({ address }) => ({ address, ttl: untoldTtlS }))
  }
  return {
    resolve4: addresses(4),
    resolve6: addresses(6),
    resolveSrv: name => dns.resolveSrv(name),
    resolveNaptr: name => dns.resolveNaptr(name),
  }
}

/** Asks one question. Never rejects. */
export async function askDns(resolver: DnsResolver, question: Question): Promise<DnsAnswer> {
  try {
    const { records, ttlS } = await asked(resolver, question)
    const outcome: Outcome = records.length > 0 ? { type: 'records', records } : { type: 'none' }
    return { outcome, ttlMs: ttlS * 1_000 }
  } catch (error) {
    const isNone = noSuchThing.has((error as NodeJS.ErrnoException).code ?? '')
    return { outcome: { type: isNone ? 'none' : 'failed' }, ttlMs: untoldTtlS * 1_000 }
  }
}

async function asked(
  resolver: DnsResolver,
  { kind, name }: Question,
): Promise<{ records: DnsRecord[]; ttlS: number }> {
  if (kind === 'SRV') {
    const found = await resolver.resolveSrv(name)
    const records = found.map(({ name: target, ...service }) => ({ kind, ...service, target: target || '.' }))
    return { records, ttlS: untoldTtlS }
  }
  if (kind === 'NAPTR') {
    const found = await resolver.resolveNaptr(name)
    return { records: found.map(record => ({ kind, ...record })), ttlS: untoldTtlS }
  }
  const found = await (kind === 'A' ? resolver.resolve4 : resolver.resolve6).call(resolver, name, {
    ttl: true,
  })
  return {
    records: found.map(({ address }) => ({ kind, address })),
    ttlS: Math.min(...found.map(({ ttl }) => ttl)),
  }
}
