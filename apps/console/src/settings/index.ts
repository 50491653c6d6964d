export { LanguageChoice, SettingsModal, ThemeChoice } from './SettingsModal.tsx'
export { createSettings, type Settings } from './settings.ts'
