import { type Language, languageOf } from '../texts/index.ts'
import { oneOf, Preference, type PreferenceStore } from './preference.ts'

export type Theme = 'system' | 'light' | 'dark'
export type Switch = 'on' | 'off'

/** Everything this browser remembers about how its user likes the console. */
export type Settings = {
  language: Preference<Language>
  theme: Preference<Theme>
  shortcuts: Preference<Switch>
  microphoneProcessing: Preference<Switch>
  /** Audio goes by the gateway's relay, where it has one, and no other way. */
  relayOnly: Preference<Switch>
  /** Device ids of the browser; null is the system's own choice. */
  microphone: Preference<string | null>
  speaker: Preference<string | null>
}

export function createSettings(args: { store: PreferenceStore; languages: readonly string[] }): Settings {
  const { store } = args
  const device = (stored: string | null) => stored
  return {
    language: new Preference({
      store,
      name: 'language',
      parse: stored => languageOf([stored ?? '', ...args.languages]),
    }),
    theme: new Preference({ store, name: 'theme', parse: oneOf<Theme>('system', 'light', 'dark') }),
    shortcuts: new Preference({ store, name: 'shortcuts', parse: oneOf<Switch>('on', 'off') }),
    microphoneProcessing: new Preference({
      store,
      name: 'microphone-processing',
      parse: oneOf<Switch>('on', 'off'),
    }),
    relayOnly: new Preference({ store, name: 'relay-only', parse: oneOf<Switch>('off', 'on') }),
    microphone: new Preference({ store, name: 'microphone', parse: device }),
    speaker: new Preference({ store, name: 'speaker', parse: device }),
  }
}
