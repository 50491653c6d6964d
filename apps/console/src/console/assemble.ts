import type { i18n } from 'i18next'
import { Alerts, createBrowserAlerts } from '../alerts/index.ts'
import { CurrentCall } from '../calls/index.ts'
import { createBrowserDeskPhones, DeskPhones } from '../desk-phones/index.ts'
import { createBrowserSoundTest, Devices, SoundTest } from '../devices/index.ts'
import { Dialler, loadNumberReader } from '../dialler/index.ts'
import { LiveClient, openBrowserSocket } from '../live/index.ts'
import { endShift, LineChoice, Operator } from '../operator/index.ts'
import { createBrowserHistory, losesForm, Pages } from '../pages/index.ts'
import {
  askForRelays,
  browserFamily,
  browserPeers,
  Microphone,
  microphoneConstraints,
  openBrowserMicrophone,
  Phone,
  Relays,
  RemoteAudio,
} from '../phone/index.ts'
import { createBrowserSession, Session } from '../session/index.ts'
import type { Settings } from '../settings/index.ts'
import { Sound } from '../sound/index.ts'
import { Ticker, browserTime as time } from '../time/index.ts'
import { createBrowserTrunks, TrunkForm, Trunks } from '../trunks/index.ts'

/** The console's models with the real browser behind them. */
export function assemble(args: { settings: Settings; texts: i18n; audio: HTMLAudioElement }) {
  const { settings, texts } = args
  const random = Math.random
  const family = browserFamily(navigator.userAgent)
  const constraints = () =>
    microphoneConstraints({
      family,
      processing: settings.microphoneProcessing.value === 'on',
      device: settings.microphone.value,
    })

  const session: Session = new Session({
    port: createBrowserSession(),
    time,
    random,
    beforeSignOut: () => endShift({ live, time }),
  })
  const live: LiveClient = new LiveClient({
    openSocket: openBrowserSocket,
    sessionIsMissing: () => session.isMissing(),
    onSessionMissing: () => session.lost(),
    time,
    random,
  })
  const sound = new Sound()
  const audio = new RemoteAudio(args.audio)
  const microphone = new Microphone({ open: openBrowserMicrophone, constraints })
  const relays = new Relays({ load: askForRelays, only: () => settings.relayOnly.value === 'on', time })
  const phone = new Phone({
    live,
    microphone,
    audio,
    createPeer: browserPeers(() => relays.configuration()),
    page: crypto.randomUUID(),
    time,
    random,
  })
  settings.relayOnly.subscribe(() => phone.networkChanged())
  const devices = new Devices({
    source: navigator.mediaDevices,
    canChooseSpeaker: 'setSinkId' in HTMLMediaElement.prototype,
  })
  const organization = assemblePages(session)
  const title = () => {
    const { at } = organization.pages.value.page
    if (at === 'operator') return texts.t('product')
    return `${texts.t(at === 'desk phones' ? 'deskPhones/title' : 'trunks/title')} · ${texts.t('product')}`
  }
  return {
    ...organization,
    /** Of the page that is shown, for the browser's tab. */
    title,
    family,
    session,
    live,
    sound,
    microphone,
    phone,
    relays,
    devices,
    settings,
    soundTest: new SoundTest({
      port: createBrowserSoundTest(sound),
      openMicrophone: openBrowserMicrophone,
      constraints,
      onMicrophone: () => void devices.refresh(),
    }),
    operator: new Operator({ live, phone, time }),
    lineChoice: new LineChoice({ live, phone, time }),
    call: new CurrentCall({ live, phone }),
    dialler: new Dialler({ live, phone, time, loadReader: loadNumberReader }),
    alerts: new Alerts({
      live,
      port: createBrowserAlerts(sound),
      time,
      texts: {
        title,
        ringingTitle: () => texts.t('title/incoming'),
        notification: offer => ({
          title: texts.t('title/notification'),
          body: texts.t('title/notificationBody', { mask: offer.caller.mask, queue: offer.queue }),
        }),
      },
    }),
    ticker: new Ticker(time),
  }
}

/** What is shown of the organization's set-up, and where the browser stands. */
function assemblePages(session: Session) {
  const port = createBrowserTrunks()
  const trunks = new Trunks({ port, time, onSessionMissing: () => session.lost() })
  const trunkForm = new TrunkForm({ port, trunks })
  const deskPhones = new DeskPhones({
    port: createBrowserDeskPhones(),
    time,
    onSessionMissing: () => session.lost(),
  })
  const pages = new Pages({
    history: createBrowserHistory(),
    isLoss: (from, to) => trunkForm.dirty && losesForm({ from, to, open: trunkForm.value?.id ?? null }),
  })
  return { trunks, trunkForm, deskPhones, pages }
}

export type Console = ReturnType<typeof assemble>
