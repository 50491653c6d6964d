import type { LegId } from '../../leg.port.ts'
import { Keeping } from '../keeping.ts'
import type { SipNeeds } from '../sip.port.ts'
import type { AudioSession } from './audio-session.ts'
import { type LaterTerms, writeLegData } from './leg-data.ts'
import type { SipDialog } from './sip-dialog.ts'

type ChangesNeeds = Pick<SipNeeds, 'keepLeg' | 'counter'> & {
  leg: LegId
  dialog: Pick<SipDialog, 'target' | 'dataWith'>
  audio: Pick<AudioSession, 'settings'>
}

/**
 * Keeps what a control after us could not read from the first INVITE. Nobody waits for it: what a death loses between the answer and the
 * database is a change that the far end can make again.
 */
export class LegChanges {
  readonly #needs: ChangesNeeds
  readonly #keeping: Keeping
  #known: string

  constructor(needs: ChangesNeeds) {
    this.#needs = needs
    this.#known = JSON.stringify(this.#terms())
    this.#keeping = new Keeping(() => this.#write())
  }

  /** Something may have been agreed on. */
  look(): void {
    const now = JSON.stringify(this.#terms())
    if (now === this.#known) return
    this.#known = now
    void this.#keeping.keep()
  }

  #terms(): LaterTerms | undefined {
    const { audio, dialog } = this.#needs
    return audio.settings && { settled: audio.settings, target: dialog.target }
  }

  async #write(): Promise<void> {
    const { leg, dialog, keepLeg, counter } = this.#needs
    const terms = this.#terms()
    if (!terms) return
    try {
      await keepLeg?.({ leg, data: writeLegData(dialog.dataWith(terms)) })
    } catch {
      counter.count('failed')
    }
  }
}
