import { type Flow, parseNameAddr } from '@ringdown/sip'
import type { OutgoingPlan, OutgoingTarget } from './outgoing.port.ts'

/** One of a plan's targets, and one of the places where it is found. */
export type Way = { target: number; flow: Flow }

/** Where a plan's call may go, in order: every place of a target (RFC 3263 §4.3), then those of the next. */
export class Ways {
  readonly #plan: Pick<OutgoingPlan, 'targets' | 'flow'>
  readonly #locate: (uri: string) => Promise<readonly Flow[]>
  #target: number
  #places: readonly Flow[] = []

  /** `locate` never rejects. `after`: the target that was tried by a control before us. */
  constructor(
    plan: Pick<OutgoingPlan, 'targets' | 'flow'>,
    locate: (uri: string) => Promise<readonly Flow[]>,
    after = -1,
  ) {
    this.#plan = plan
    this.#locate = locate
    this.#target = after
  }

  /** The next one; undefined when there is none left. */
  async next(): Promise<Way | undefined> {
    for (;;) {
      const [flow, ...rest] = this.#places
      this.#places = rest
      if (flow) return { target: this.#target, flow }
      this.#target += 1
      const target = this.#plan.targets[this.#target]
      if (!target) return undefined
      this.#places = this.#plan.flow ? [this.#plan.flow] : await this.#locate(hopOf(target))
    }
  }
}

/** RFC 3261 §8.1.2: the first route, where there is one. */
function hopOf({ uri, routes: [first] }: OutgoingTarget): string {
  return (first === undefined ? undefined : parseNameAddr(first)?.uri) ?? uri
}
