import { setTimeout as wait } from 'node:timers/promises'
import type { CallEnd, CalledCall } from '@ringdown/testkit'
import type { CallState } from '../../apps/gateway/src/calls/index.ts'
import type { TestGateway } from '../harness/gateway.ts'
import { CallRows } from './call-rows.ts'
import { calledEnd, type FarEnd, nobodyRung } from './far-end.ts'
import { type Lane, rest } from './lane.ts'
import { countHeard, markedSpeech, type Sound, soundsHeard } from './marked-speech.ts'
import { setTerms, type Terms } from './terms.ts'

/** Where a scenario's call is brought before anything is done to it; `none`: there is no call yet. */
export type Stage = Exclude<CallState['type'], 'ended'> | 'none'

const callerSays = markedSpeech('caller')
const patienceMs = 60_000

/** One call in its lane, with what its people did. */
export class Scene {
  readonly gateway: TestGateway
  readonly lane: Lane
  readonly name: string
  #rows: CallRows | undefined
  #caller: FarEnd | undefined
  #called: CalledCall | undefined
  /** Whom the operator called has picked up. */
  #isPickedUp = false
  readonly others: FarEnd[] = []
  /** Whoever calls gets no 100. */
  losesTrying = false
  callerHungUp = false
  /** The operator ordered the end. */
  operatorHungUp = false

  constructor(order: { gateway: TestGateway; lane: Lane; name: string }) {
    this.gateway = order.gateway
    this.lane = order.lane
    this.name = order.name
  }

  get operator() {
    return this.lane.operator
  }

  /** The operator called them. */
  isDialled = false

  get hasCaller(): boolean {
    return this.#caller !== undefined
  }

  get caller(): FarEnd {
    if (!this.#caller) throw new Error(`${this.name}: nobody has called`)
    return this.#caller
  }

  /** What the database says of this scene's calls: those of the lane that arrive after `begin`. */
  get rows(): CallRows {
    if (!this.#rows) throw new Error(`${this.name} has not begun`)
    return this.#rows
  }

  async begin(terms: Partial<Terms>): Promise<void> {
    const { gateway, lane } = this
    this.#rows = new CallRows({ gateway, organization: lane.organization, since: new Date() })
    await setTerms(gateway, lane.organization, terms)
  }

  async call(options: { withholdsAck?: boolean; offers?: (sdp: string) => string } = {}): Promise<void> {
    this.#caller = await this.#dial(options)
  }

  async callAgain(): Promise<void> {
    this.others.push(await this.#dial({}))
  }

  #dial(options: { withholdsAck?: boolean; offers?: (sdp: string) => string }): Promise<FarEnd> {
    const { phone, number } = this.lane
    const from = `+1555900${Math.floor(1000 + Math.random() * 9000)}`
    const { losesTrying } = this
    return phone.call({ to: number, from, says: callerSays, loop: true, losesTrying, ...options })
  }

  /** The operator calls; resolves when it reached the telephone. */
  async dial(): Promise<void> {
    this.isDialled = true
    await this.operator.goAvailable()
    const number = `+1555900${Math.floor(1000 + Math.random() * 9000)}`
    await this.operator.command({ type: 'dial', number })
    await this.meet()
  }

  /** The telephone that a call of ours comes to, unless it is over before. */
  async meet(): Promise<void> {
    const { answering } = this.lane
    const isRung = () => answering.calls > this.lane.met
    await this.until(async () => isRung() || (await this.status()) === 'ended', 'the call at the telephone')
    if (!isRung()) {
      this.#caller = nobodyRung(this.operator.stream)
      return
    }
    this.lane.met += 1
    this.#called = await answering.nextCall()
    this.#caller = calledEnd(this.#called)
  }

  ring(): void {
    this.#called?.ring()
  }

  /** Whom we call answers, once. */
  pickUp(): void {
    if (this.#isPickedUp || this.caller.isOver) return
    this.#isPickedUp = true
    this.#called?.answer({ says: callerSays, loop: true })
  }

  beBusy(): void {
    this.#called?.refuse(486)
  }

  hangUp(): Promise<CallEnd> {
    this.callerHungUp = true
    return this.caller.hangUp()
  }

  async bringTo(stage: Stage): Promise<void> {
    if (stage === 'none') return
    if (stage === 'dialing') {
      await this.dial()
      await this.operator.until(view => view.active?.state === 'dialing', 'the call')
      return
    }
    if (needsOperator.has(stage)) await this.operator.goAvailable()
    await this.call({ withholdsAck: stage === 'arriving' })
    if (stage === 'arriving') {
      await this.until(() => this.caller.statuses.includes(200), 'the answer')
      return
    }
    if (stage === 'offered') await this.operator.until(view => view.offer !== null, 'an offer')
    else if (needsOperator.has(stage)) await this.talkUntil(stage)
    await this.untilStatus(stage)
  }

  async talkUntil(stage: Stage): Promise<void> {
    await this.operator.accept()
    await this.untilTalking()
    if (stage === 'held') await this.operator.hold()
    if (stage === 'parked') this.operator.leave()
    if (stage === 'wrapping') await this.hangUp()
  }

  async untilTalking(since = performance.now()): Promise<void> {
    await this.until(
      () =>
        countHeard(this.caller.stream.received, 'operator', since) > 5 &&
        countHeard(this.operator.stream.received, 'caller', since) > 5,
      () =>
        `both to hear each other (the caller heard ${soundsHeard(this.caller.stream.received, since)}, ` +
        `the operator ${soundsHeard(this.operator.stream.received, since)})`,
    )
  }

  /** Whatever became of it: the lane is free again. */
  async abandon(): Promise<void> {
    const calls = [...(this.#caller ? [this.#caller] : []), ...this.others]
    await Promise.all(calls.map(call => call.hangUp()))
    await rest(this.lane)
  }

  hears(sound: Sound, since: number): boolean {
    return countHeard(this.caller.stream.received, sound, since) > 5
  }

  /** Of the first call. */
  async status(): Promise<CallState['type'] | undefined> {
    return (await this.rows.statuses())[0]
  }

  async untilStatus(...wanted: (CallState['type'] | undefined)[]): Promise<void> {
    let last: CallState['type'] | undefined
    await this.until(
      async () => {
        last = await this.status()
        return wanted.includes(last)
      },
      () => `${wanted.join(' or ')} (it is ${last})`,
    )
  }

  async until(fits: () => boolean | Promise<boolean>, what: string | (() => string)): Promise<void> {
    const deadline = Date.now() + patienceMs
    while (!(await fits())) {
      if (Date.now() > deadline) {
        const missing = typeof what === 'string' ? what : what()
        throw new Error(`${this.name}: waited in vain for ${missing}; ${await this.describe()}`)
      }
      await wait(20)
    }
  }

  async describe(): Promise<string> {
    const statuses = await this.rows.statuses()
    const { active, offer, operator, line } = this.operator.view
    const phone = this.#caller && { over: this.#caller.isOver, statuses: this.#caller.statuses }
    return JSON.stringify({
      journal: await this.rows.entries(),
      statuses,
      phone,
      operator: operator.status,
      line,
      offer: offer?.call,
      active: active?.state,
    })
  }
}

const needsOperator: ReadonlySet<Stage> = new Set(['offered', 'connected', 'held', 'parked', 'wrapping'])
