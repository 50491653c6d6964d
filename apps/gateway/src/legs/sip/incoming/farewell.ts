import type { Header } from '@ringdown/sip'
import { limits } from '../limits.rules.ts'
import type { Clock } from '../sip.port.ts'
import type { SipDialog } from './sip-dialog.ts'

/** What is said to a far end when its leg ends, until it was heard: answered, acknowledged, or given up. */
export class Farewell {
  readonly #dialog: Pick<SipDialog, 'respond' | 'request'>
  readonly #clock: Pick<Clock, 'after'>
  #owed = 0
  #waiting: (() => void)[] = []
  #byeHeard: (() => void) | undefined
  #refusalHeard: (() => void) | undefined

  constructor(dialog: Pick<SipDialog, 'respond' | 'request'>, clock: Pick<Clock, 'after'>) {
    this.#dialog = dialog
    this.#clock = clock
  }

  /** Resolves when nothing is owed. */
  over(): Promise<void> {
    return this.#owed > 0 ? new Promise(resolve => this.#waiting.push(resolve)) : Promise.resolve()
  }

  /** One word more; the returned function says that it was heard. */
  owe(): () => void {
    this.#owed += 1
    let isHeard = false
    return () => {
      if (isHeard) return
      isHeard = true
      this.#owed -= 1
      if (this.#owed === 0) for (const done of this.#waiting.splice(0)) done()
    }
  }

  /** Answers the INVITE with a failure. Whoever has our 2xx does not acknowledge it: then it only ends the transaction. */
  refuse(
    status: number,
    { isAnswered, headers = [] }: { isAnswered: boolean; headers?: readonly Header[] },
  ): void {
    const isSent = this.#dialog.respond(status, { headers })
    if (isSent && !isAnswered) this.#refusalHeard = this.owe()
  }

  /** RFC 3261 §17.2.1: the refusal was acknowledged, or given up. */
  refusalOver(): void {
    this.#refusalHeard?.()
  }

  sayBye(): void {
    this.#say(this.owe())
  }

  /** RFC 3261 §15: no BYE before the ACK. */
  oweBye(): void {
    this.#byeHeard = this.owe()
  }

  get owesBye(): boolean {
    return this.#byeHeard !== undefined
  }

  sayOwedBye(): void {
    if (this.#byeHeard) this.#say(this.#byeHeard)
    this.#byeHeard = undefined
  }

  /** The far end said it first. */
  spareBye(): void {
    this.#byeHeard?.()
    this.#byeHeard = undefined
  }

  #say(heard: () => void): void {
    this.#dialog.request('BYE', {
      onFinal: status => {
        // A dialog that takes our BYE has our 2xx: no ACK will come for the refusal that was sent beside it.
        if (status < 300) this.refusalOver()
        if (status === 481) this.#giveUpRefusal()
        heard()
      },
    })
  }

  /**
   * RFC 3261 §15.1.2: to them this dialog is none. They were never answered, and acknowledge the refusal in a round trip; or they heard the
   * BYE of a control before us, and have forgotten the INVITE (§17.1.1.2): then no ACK comes, however often it is repeated.
   */
  #giveUpRefusal(): void {
    if (this.#refusalHeard) this.#clock.after(limits.refusalAfterByeMs, this.#refusalHeard)
  }
}
