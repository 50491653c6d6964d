import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'
import { es } from './es.ts'
import type { Language } from './language.rules.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    // Error codes hold dots, so keys are separated otherwise.
    keySeparator: '/'
    nsSeparator: false
    resources: { translation: typeof en }
  }
}

const resources = { en: { translation: en }, es: { translation: es } }

export async function startTexts(language: Language): Promise<i18n> {
  const instance = i18next.createInstance()
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources,
    keySeparator: '/',
    nsSeparator: false,
    interpolation: { escapeValue: false },
  })
  return instance
}
