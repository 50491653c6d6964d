import type { i18n } from 'i18next'
import { isAtDesk } from '../phone/index.ts'
import { every, browserTime as time } from '../time/index.ts'
import type { Console } from './assemble.ts'

/** A gap in our own timer this long means that the computer slept, and every connection with it. */
const sleptAfterMs = 15_000
const wakeCheckMs = 5_000
const keepAliveMs = 20_000

/** Ties the models to each other and to what happens in the browser around them. */
export function connect(console: Console, texts: i18n): void {
  followSession(console)
  followSettings(console, texts)
  followNetwork(console)
  followCalls(console)
  console.pages.subscribe(() => {
    document.title = console.title()
  })
  guardForm(console)
  keepAlive(console)
  unlockSound(console)
}

function followSession({ session, live, dialler }: Console): void {
  session.subscribe(() => {
    if (session.value.at === 'signed in') return live.start()
    live.stop()
    dialler.clear()
  })
}

/** A call that begins is more urgent than any other page; what is typed there stays. */
function followCalls({ live, pages }: Console): void {
  let before: string | undefined
  live.subscribe(() => {
    const call = live.value.view?.active?.call
    if (call !== undefined && call !== before) pages.show({ at: 'operator' })
    before = call
  })
}

/** Nothing typed is lost by accident, and nobody else at this page finds it. */
function guardForm({ session, trunks, trunkForm, deskPhones }: Console): void {
  let user: string | undefined
  session.subscribe(() => {
    const { value } = session
    const other = value.at === 'signed in' && value.me.user.id !== user
    if (other || (value.at === 'signed out' && value.why === 'left')) {
      trunkForm.discard()
      trunks.clear()
      deskPhones.clear()
    }
    if (value.at === 'signed in') user = value.me.user.id
  })
  window.addEventListener('beforeunload', event => {
    if (trunkForm.dirty || deskPhones.value.made) event.preventDefault()
  })
}

function followSettings(console: Console, texts: i18n): void {
  const { settings, microphone, phone, sound, devices } = console
  const root = document.documentElement
  const applyTheme = () => {
    const theme = settings.theme.value
    if (theme === 'system') delete root.dataset.theme
    else root.dataset.theme = theme
  }
  const applyLanguage = () => {
    void texts.changeLanguage(settings.language.value).then(() => {
      document.title = console.title()
    })
    root.lang = settings.language.value
    root.dir = texts.dir(settings.language.value)
  }
  const applySpeaker = () => {
    const device = settings.speaker.value ?? ''
    void phone.audio.setOutput(device)
    sound.setOutput(device)
  }
  for (const apply of [applyTheme, applyLanguage, applySpeaker]) apply()
  settings.theme.subscribe(applyTheme)
  settings.language.subscribe(applyLanguage)
  settings.speaker.subscribe(applySpeaker)
  settings.microphone.subscribe(() => microphone.reopen())
  settings.microphoneProcessing.subscribe(() => microphone.reopen())
  devices.onChange(() => {
    applySpeaker()
    if (microphone.value.at === 'failed') microphone.reopen()
  })
}

function followNetwork({ session, live, phone }: Console): void {
  const renew = () => {
    live.renew()
    void session.renew()
  }
  window.addEventListener('online', () => {
    renew()
    phone.networkChanged()
  })
  let last = time.now()
  every({
    time,
    ms: wakeCheckMs,
    action: () => {
      const slept = time.now() - last > sleptAfterMs
      last = time.now()
      if (slept && !document.hidden) renew()
    },
  })
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void session.renew()
  })
}

/**
 * A page that only listens never learns that its connection is dead, and would show an operator as available whom nobody can call.
 * The smallest report there is asks for a result; none in time means a new connection. The reports of a call do the same.
 */
function keepAlive({ live }: Console): void {
  const report = { roundTripMs: null, jitterMs: null, packetsReceived: 0, packetsLost: 0 }
  every({
    time,
    ms: keepAliveMs,
    action: () => {
      const { connection, view } = live.value
      const isReporting = view?.active?.state === 'connected' && !isAtDesk(view)
      if (connection === 'open' && !isReporting) void live.send({ type: 'quality', report })
    },
  })
}

/** Browsers make no sound before the page was touched: any touch will do. */
function unlockSound({ phone, sound }: Console): void {
  const unlock = () => {
    void sound.unlock()
    if (phone.audio.blocked.value) void phone.audio.start()
  }
  document.addEventListener('pointerdown', unlock)
  document.addEventListener('keydown', unlock)
}
