import { setTimeout as waitFor } from 'node:timers/promises'
import { WebrtcLine } from '../webrtc/webrtc-line.ts'

/** After a refusal. ms */
const againMs = 200
/** For ICE and DTLS to get through, as a page allows. ms */
const connectMs = 10_000

/** What a kept line needs of one end of a WebRTC connection. */
export type LineEnd = Pick<WebrtcLine, 'id' | 'stream' | 'offer' | 'accept' | 'connected' | 'ended' | 'close'>

export type KeptLineNeeds = {
  /** Takes the offer to the gateway. Resolves with its answer. @throws Error when it is refused or the connection is away */
  ask(line: string, sdp: string): Promise<string | undefined>
  createEnd?(): LineEnd
  /** Resolves after `ms`. */
  wait?(ms: number): Promise<unknown>
}

/**
 * An operator's line as their page keeps it: opened again, under a new id, when the gateway refuses it, loses it or does not know it, and
 * when it does not connect or breaks at this end.
 */
export class KeptLine {
  readonly #needs: Required<KeptLineNeeds>
  #end: LineEnd | undefined
  #isAnswered = false

  constructor(needs: KeptLineNeeds) {
    this.#needs = {
      createEnd: () => new WebrtcLine(),
      wait: ms => waitFor(ms, undefined, { ref: false }),
      ...needs,
    }
  }

  get id(): string | undefined {
    return this.#end?.id
  }

  get stream(): LineEnd['stream'] | undefined {
    return this.#end?.stream
  }

  /** Resolves when the gateway has answered, or when a newer line or `close` took its place. */
  async open(): Promise<void> {
    this.close()
    const end = this.#needs.createEnd()
    this.#end = end
    try {
      const answer = await this.#needs.ask(end.id, await end.offer())
      if (this.#end !== end) return
      if (answer === undefined) throw new Error('the gateway answered without an answer')
      end.accept(answer)
      this.#isAnswered = true
      void this.#watch(end)
    } catch {
      await this.#needs.wait(againMs)
      if (this.#end === end) await this.open()
    }
  }

  /** The gateway says which line it has of this operator: while one waits for its answer, that is an older one. */
  known(id: string | null): void {
    if (this.#isAnswered && this.#end?.id !== id) void this.open()
  }

  lost(id: string): void {
    if (this.#end?.id === id) void this.open()
  }

  close(): void {
    this.#isAnswered = false
    this.#end?.close()
    this.#end = undefined
  }

  async #watch(end: LineEnd): Promise<void> {
    const isUp = await Promise.race([end.connected, this.#needs.wait(connectMs).then(() => false)])
    if (isUp) await end.ended
    if (this.#end === end) await this.open()
  }
}
