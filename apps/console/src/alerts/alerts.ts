import type { OfferView } from '@ringdown/contract'
import type { LiveClient } from '../live/index.ts'
import { isAtDesk } from '../phone/index.ts'
import { every, type Time } from '../time/index.ts'
import { Source } from '../view-model/index.ts'
import type { AlertsPort, NotificationPermissionState } from './alerts.port.ts'
import { type Announcement, announcementOf, type Heard } from './announcement.rules.ts'

const flashMs = 1_000

export type AlertTexts = {
  title: () => string
  ringingTitle: () => string
  notification: (offer: OfferView) => { title: string; body: string }
}

export type AlertsArgs = { live: LiveClient; port: AlertsPort; texts: AlertTexts; time: Time }

/** What a ringing call does beyond the page: ring tone, title, notification; and what a screen reader hears. */
export class Alerts {
  readonly permission: Source<NotificationPermissionState>
  /** The last thing to announce; the number makes two equal ones in a row different. */
  readonly announcement = new Source<{ count: number; what: Announcement | null }>({ count: 0, what: null })
  readonly #args: AlertsArgs
  #heard: Heard
  #ringing: string | null = null
  #stop: () => void = () => {}

  constructor(args: AlertsArgs) {
    this.#args = args
    this.permission = new Source(args.port.permission())
    this.#heard = { view: null, connection: 'stopped', atDesk: false }
    args.live.subscribe(() => this.#follow())
  }

  async askPermission(): Promise<void> {
    this.permission.set(await this.#args.port.askPermission())
  }

  #follow(): void {
    const { view, connection } = this.#args.live.value
    const heard = { view, connection, atDesk: isAtDesk(view) }
    const what = announcementOf(this.#heard, heard)
    this.#heard = heard
    if (what) this.announcement.set({ count: this.announcement.value.count + 1, what })
    // A page that cannot answer must not ring: its gateway may have offered the call to somebody else long ago.
    this.#ring(connection === 'open' ? (view?.offer ?? null) : null)
  }

  #ring(offer: OfferView | null): void {
    if ((offer?.call ?? null) === this.#ringing) return
    this.#ringing = offer?.call ?? null
    this.#stop()
    this.#stop = offer ? this.#startRinging(offer) : () => {}
  }

  #startRinging(offer: OfferView): () => void {
    const { live, port, texts, time } = this.#args
    // The desk phone rings already: a second tone beside it would only be in the way of the first words.
    if (!isAtDesk(live.value.view)) port.ring(true)
    let lit = true
    port.setTitle(texts.ringingTitle())
    const stopFlash = every({
      time,
      ms: flashMs,
      action: () => {
        lit = !lit
        port.setTitle(lit ? texts.ringingTitle() : texts.title())
      },
    })
    const wanted = port.permission() === 'granted' && port.isInBackground()
    const takeBack = wanted ? port.notify({ ...texts.notification(offer), tag: offer.call }) : () => {}
    return () => {
      port.ring(false)
      stopFlash()
      takeBack()
      port.setTitle(texts.title())
    }
  }
}
