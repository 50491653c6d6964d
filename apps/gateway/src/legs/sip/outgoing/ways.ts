import { type Flow, parseNameAddr } from '@ringdown/sip'
import type { Found } from '../sockets.ts'
import type { OutgoingPlan, OutgoingTarget } from './outgoing.port.ts'

/** One of a plan's targets, and one of the places where it is found. */
export type Way = { target: number; flow: Flow }

/**
 * Where a plan's call may go, in order: every place of a target (RFC 3263 §4.3), then those of the next. Places that failed
 * lately come when there is no other left, whoever's they are: the last hope may be back.
 */
export class Ways {
  readonly #plan: Pick<OutgoingPlan, 'targets' | 'flow'>
  readonly #locate: (uri: string) => Promise<readonly Found[]>
  #target: number
  readonly #open: Way[] = []
  readonly #avoided: Way[] = []

  /** `locate` never rejects. `after`: the target that was tried by a control before us. */
  constructor(
    plan: Pick<OutgoingPlan, 'targets' | 'flow'>,
    locate: (uri: string) => Promise<readonly Found[]>,
    after = -1,
  ) {
    this.#plan = plan
    this.#locate = locate
    this.#target = after
  }

  /** The next one; undefined when there is none left. Not to be asked again before it has answered. */
  async next(): Promise<Way | undefined> {
    while (this.#open.length === 0) {
      this.#target += 1
      const target = this.#plan.targets[this.#target]
      if (!target) return this.#avoided.shift()
      for (const { flow, isAvoided } of await this.#placesOf(target)) {
        const ways = isAvoided ? this.#avoided : this.#open
        ways.push({ target: this.#target, flow })
      }
    }
    return this.#open.shift()
  }

  async #placesOf(target: OutgoingTarget): Promise<readonly Found[]> {
    const { flow } = this.#plan
    return flow ? [{ flow, isAvoided: false }] : await this.#locate(hopOf(target))
  }
}

/** RFC 3261 §8.1.2: the first route, where there is one. */
function hopOf({ uri, routes: [first] }: OutgoingTarget): string {
  return (first === undefined ? undefined : parseNameAddr(first)?.uri) ?? uri
}
