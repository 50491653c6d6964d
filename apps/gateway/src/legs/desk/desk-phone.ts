import type { Ending } from '@ringdown/contract'
import type { LegDriver, LegEvent, LegId } from '../leg.port.ts'
import type { OutgoingListener } from '../sip/outgoing/outgoing.port.ts'
import type { DeskEnd, DeskLegRecord, DeskLegsPort } from './desk-lines.port.ts'

export type DeskPhoneNeeds = {
  driver: Required<Pick<LegDriver, 'openMedia' | 'dial' | 'hangUp' | 'untilTold'>>
  store: Pick<DeskLegsPort, 'keep' | 'moved' | 'remove'>
  closeAudio(end: DeskEnd): Promise<unknown>
  /** False: somebody else has the call. */
  pickedUp(phone: DeskPhone): Promise<boolean>
  /** Its hold key was pressed in a talk; false: pressed again. */
  held(phone: DeskPhone, isHeld: boolean): void
  /** It rang or talked, and its far end put an end to that. */
  ended(phone: DeskPhone, was: 'ringing' | 'talking'): Promise<void>
  /** Nothing of it is left. */
  forget(phone: DeskPhone): void
  onFailed(what: string, error: unknown): void
}

type Stage = 'ringing' | 'talking' | 'over'

/** One telephone, called for one operator and one call. */
export class DeskPhone {
  readonly leg: LegId
  readonly call: string
  readonly operator: string
  readonly listener: OutgoingListener
  readonly #needs: DeskPhoneNeeds
  #end: DeskEnd
  #port: number | undefined
  #stage: Stage
  #isAudioLost = false
  #isHeld = false

  constructor(record: Omit<DeskLegRecord, 'data'>, needs: DeskPhoneNeeds) {
    const { leg, call, operator, worker, endpoint } = record
    this.leg = leg
    this.call = call
    this.operator = operator
    this.#end = { worker, endpoint }
    this.#needs = needs
    this.#stage = 'ringing'
    this.listener = {
      report: event => this.#hear(event),
      holds: isHeld => this.#holds(isHeld),
      keep: data => needs.store.keep(leg, data),
    }
  }

  get end(): DeskEnd {
    return this.#end
  }

  get stage(): Stage {
    return this.#stage
  }

  /** May become true while anything is waited for. */
  get #isOver(): boolean {
    return this.#stage === 'over'
  }

  isFor(order: { call: string; operator: string }): boolean {
    return this.call === order.call && this.operator === order.operator
  }

  /** Opens its audio and calls it. Said again after a restart, it takes the call up. */
  async ring(): Promise<void> {
    const { driver, store, closeAudio } = this.#needs
    try {
      // Hung up while it was being stored: the order to remove it may have come too early.
      if (this.#isOver) return await store.remove(this.leg)
      const media = await this.#openAudio(this.#end.worker)
      if (this.#isOver) await closeAudio(this.#end)
      else if (media) await driver.dial({ leg: this.leg, media })
    } catch (error) {
      // Without a worker nobody can be heard; the call rings on for others.
      this.#needs.onFailed('ring', error)
      await this.#farEndGone()
    }
  }

  /** The call says that this telephone was picked up: a former control may have heard it first. */
  talks(): void {
    if (this.#stage === 'ringing') this.#stage = 'talking'
  }

  /** Whatever it does, it is to stop. `isAnsweredElsewhere`: it shows no missed call. */
  async hangUp({ isAnsweredElsewhere = false } = {}): Promise<void> {
    if (this.#stage === 'over') return
    this.#stage = 'over'
    await this.#leave(isAnsweredElsewhere)
  }

  /** The worker of its audio is gone, or is there again without it. */
  audioLost(): boolean {
    if (this.#stage === 'over' || this.#isAudioLost) return false
    this.#isAudioLost = true
    return true
  }

  /** Its audio is opened again, on the former port where that is free. False: it was not lost, or could not be opened. */
  async reopen(worker: number): Promise<boolean> {
    if (this.#stage === 'over' || !this.#isAudioLost) return false
    const media = await this.#openAudio(worker).catch((error: unknown) => {
      this.#needs.onFailed('reopen', error)
      return undefined
    })
    if (!media) return false
    this.#isAudioLost = false
    await this.#needs.store.moved(this.leg, this.#end)
    return true
  }

  async #openAudio(worker: number) {
    const { endpoint } = this.#end
    const port = this.#port
    const order = {
      leg: this.leg,
      call: this.call,
      endpoint,
      worker,
      ...(port === undefined ? {} : { port }),
    }
    const opened = await this.#needs.driver.openMedia(order)
    if (opened.type !== 'open') return undefined
    this.#end = { worker, endpoint }
    this.#port = opened.media.local?.port
    return opened.media
  }

  async #hear(event: LegEvent): Promise<'taken' | 'gone'> {
    if (this.#stage === 'over') return 'gone'
    if (event.type === 'answered') return (await this.#pickUp()) ? 'taken' : 'gone'
    if (event.type === 'ended') await this.#farEndGone()
    return 'taken'
  }

  /** A refreshed session offers again what was agreed, and means nothing by it. */
  #holds(isHeld: boolean): void {
    if (this.#stage !== 'talking' || isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    this.#needs.held(this, isHeld)
  }

  async #pickUp(): Promise<boolean> {
    if (this.#stage === 'talking') return true
    if (!(await this.#needs.pickedUp(this))) {
      await this.hangUp({ isAnsweredElsewhere: true })
      return false
    }
    this.talks()
    return true
  }

  async #farEndGone(): Promise<void> {
    const was = this.#stage
    if (was === 'over') return
    this.#stage = 'over'
    // Told before it is forgotten: a control that dies in between asks the telephone again.
    await this.#needs.ended(this, was)
    await this.#leave()
  }

  async #leave(isAnsweredElsewhere = false): Promise<void> {
    const { driver, store, closeAudio, forget, onFailed } = this.#needs
    try {
      await driver.hangUp({ leg: this.leg, ending: over, isAnsweredElsewhere })
      await Promise.allSettled([closeAudio(this.#end), driver.untilTold(this.leg)])
      await store.remove(this.leg)
    } catch (error) {
      onFailed('hang up', error)
    } finally {
      forget(this)
    }
  }
}

const over: Ending = { result: 'completed', reason: 'hung-up-by-operator' }
