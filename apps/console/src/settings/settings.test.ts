import { expect, test } from 'vitest'
import type { PreferenceStore } from './preference.ts'
import { createSettings } from './settings.ts'

function createTestStore(
  stored: Record<string, string> = {},
): PreferenceStore & { stored: Record<string, string> } {
  return {
    stored,
    getItem: key => stored[key] ?? null,
    setItem: (key, value) => {
      stored[key] = value
    },
    removeItem: key => {
      delete stored[key]
    },
  }
}

test('begins with the language of the browser and everything else as it usually is', () => {
  const settings = createSettings({ store: createTestStore(), languages: ['fr-FR', 'es-MX', 'en'] })
  expect(settings.language.value).toBe('es')
  expect(settings.theme.value).toBe('system')
  expect(settings.shortcuts.value).toBe('on')
  expect(settings.microphoneProcessing.value).toBe('on')
  expect(settings.microphone.value).toBeNull()
})

test('microphone processing is read from its place in the store', () => {
  const store = createTestStore({ 'ringdown.microphone-processing': 'off' })
  expect(createSettings({ store, languages: [] }).microphoneProcessing.value).toBe('off')
})

test('what is chosen is there next time, and can be taken back', () => {
  const store = createTestStore()
  const settings = createSettings({ store, languages: ['en'] })
  settings.language.set('es')
  settings.microphone.set('d1')
  expect(createSettings({ store, languages: ['en'] })).toMatchObject({
    language: { value: 'es' },
    microphone: { value: 'd1' },
  })
  settings.microphone.set(null)
  expect(store.stored).not.toHaveProperty('ringdown.microphone')
})

test('nonsense in the store is no harm', () => {
  const store = createTestStore({ 'ringdown.theme': 'pink', 'ringdown.language': 'xx' })
  const settings = createSettings({ store, languages: ['en'] })
  expect([settings.theme.value, settings.language.value]).toEqual(['system', 'en'])
})

test('a browser that stores nothing still obeys', () => {
  const refuse = () => {
    throw new Error('refused')
  }
  const settings = createSettings({
    store: { getItem: refuse, setItem: refuse, removeItem: refuse },
    languages: ['en'],
  })
  settings.theme.set('dark')
  expect(settings.theme.value).toBe('dark')
})
