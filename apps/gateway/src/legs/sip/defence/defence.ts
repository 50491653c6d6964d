import type { Clock, SipCounter } from '../sip.port.ts'
import { type FullAt, takeOne } from './bucket.rules.ts'
import { answersMs, dialogMs, isProven, memory, rates, sourceOf } from './defence.rules.ts'
import { defend, newSource, type Source, type SourceInput, type SourceStep } from './defence.state.ts'
import type { Door, Sender } from './door.port.ts'
import type { Acquaintances, Ban, Offence, Offences } from './offences.port.ts'
import { Recent } from './recent.ts'

export type DefenceNeeds = {
  clock: Pick<Clock, 'now'>
  counter: SipCounter
  /** Whether a trunk is at this address, or a registered telephone, as far as is known without asking the database. */
  isKnown(address: string): boolean
  onBan(ban: Ban): void
}

/** Bans that follow from datagrams hit datagrams alone: whoever has the address is heard over a connection all the same. */
type Way = 'datagram' | 'connection'

const wayOf = (sender: Sender): Way => (isProven(sender) ? 'connection' : 'datagram')

/** Who is heard, and how much of it: before anything that comes in costs more than this. */
export class Defence implements Door, Offences, Acquaintances {
  readonly #needs: DefenceNeeds
  /** Those that were never banned; a flood of forged addresses pushes out nobody else. */
  readonly #sources = new Recent<Source>(memory.sources)
  readonly #offenders = new Recent<Source>(memory.offenders)
  /** Until when; by address. */
  readonly #vouched = new Recent<number>(memory.vouched)
  readonly #friends = new Recent<{ messages: FullAt; requests: FullAt }>(memory.vouched)
  #strangers = { messages: 0, requests: 0 }

  constructor(needs: DefenceNeeds) {
    this.#needs = needs
  }

  /** Whether what came from there is read at all. Over a connection a friend is never limited: nothing would repeat what is lost. */
  hears(sender: Sender): boolean {
    if (this.#isFriend(sender.address))
      return wayOf(sender) === 'connection' || this.#takeOfFriend('messages', sender)
    return this.#passes(sender, { type: 'message', now: this.#now }) && this.#takeOfStrangers('messages')
  }

  /** What becomes of a request that would begin something: `silence` answers nobody. */
  begins(sender: Sender): 'pass' | 'busy' | 'silence' {
    if (this.#isFriend(sender.address)) return this.#takeOfFriend('requests', sender) ? 'pass' : 'busy'
    const isLet =
      this.#passes(sender, { type: 'request', now: this.#now }) && this.#takeOfStrangers('requests')
    return isLet ? 'pass' : 'silence'
  }

  isBanned(sender: Sender): boolean {
    const source = this.#offenders.get(keyOf(sender.address, wayOf(sender)))
    return source?.name === 'banned' && this.#now < source.until && !this.#isFriend(sender.address)
  }

  report(address: string, what: Offence, proven = false): void {
    if (this.#isFriend(address)) return
    const ways: Way[] = proven ? ['connection', 'datagram'] : ['datagram']
    const now = this.#now
    const bans = ways.flatMap(
      way => this.#step(keyOf(address, way), { type: 'offence', what, now }).ban ?? [],
    )
    const [ban] = bans
    if (!ban) return
    this.#needs.counter.count('source banned')
    this.#needs.onBan({ address, what: ban.what, seconds: ban.ms / 1_000, isProven: proven })
  }

  vouch(address: string, forMs: number): void {
    const until = Math.max(this.#vouched.get(address) ?? 0, this.#now + forMs)
    this.#vouched.set(address, until)
  }

  asked(address: string): void {
    this.vouch(address, answersMs)
  }

  /** A message from there belongs to a dialog of ours. */
  inDialog(address: string): void {
    this.vouch(address, dialogMs)
  }

  /** How many addresses and networks are remembered. */
  get size(): number {
    return this.#sources.size + this.#offenders.size + this.#vouched.size + this.#friends.size
  }

  /** Sources that are banned now. */
  get bans(): number {
    const now = this.#now
    return this.#offenders.values().filter(one => one.name === 'banned' && now < one.until).length
  }

  get #now(): number {
    return this.#needs.clock.now()
  }

  #isFriend(address: string): boolean {
    const until = this.#vouched.get(address)
    return (until !== undefined && this.#now < until) || this.#needs.isKnown(address)
  }

  #passes(sender: Sender, input: SourceInput): boolean {
    const { verdict } = this.#step(keyOf(sender.address, wayOf(sender)), input)
    if (verdict !== 'pass') this.#needs.counter.count(verdict)
    return verdict === 'pass'
  }

  #step(key: string, input: SourceInput): SourceStep {
    const step = defend(this.#offenders.get(key) ?? this.#sources.get(key) ?? newSource, input)
    const { source } = step
    if (source.name === 'watched' && source.bans === 0) this.#sources.set(key, source)
    else {
      this.#sources.delete(key)
      this.#offenders.set(key, source)
    }
    return step
  }

  #takeOfFriend(what: 'messages' | 'requests', { address }: Sender): boolean {
    const buckets = this.#friends.get(address) ?? { messages: 0, requests: 0 }
    const left = takeOne(buckets[what], this.#now, rates.friend[what])
    this.#friends.set(address, left === undefined ? buckets : { ...buckets, [what]: left })
    if (left === undefined) this.#needs.counter.count('limited')
    return left !== undefined
  }

  #takeOfStrangers(what: 'messages' | 'requests'): boolean {
    const left = takeOne(this.#strangers[what], this.#now, rates.strangers[what])
    if (left === undefined) this.#needs.counter.count('limited')
    else this.#strangers[what] = left
    return left !== undefined
  }
}

const keyOf = (address: string, way: Way): string => `${way} ${sourceOf(address)}`
