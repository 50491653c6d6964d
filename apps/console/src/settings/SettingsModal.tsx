import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type Language, languageNames, languages } from '../texts/index.ts'
import { Button, Choice, Modal, Toggle } from '../ui/index.ts'
import { type Observable, useValue } from '../view-model/index.ts'
import type { Settings, Theme } from './settings.ts'

type Permission = 'unsupported' | 'default' | 'granted' | 'denied'

export type SettingsModalProps = {
  settings: Settings
  open: boolean
  onClose: () => void
  /** The part about microphone and speaker. */
  sound: ReactNode
  /** Whether the gateway has a relay for audio. */
  relayOffered: Observable<boolean>
  notifications: { permission: Observable<Permission>; ask: () => void }
}

export function SettingsModal(props: SettingsModalProps) {
  const { settings, open, onClose, sound, notifications } = props
  const { t } = useTranslation()
  const hasRelay = useValue(props.relayOffered)
  return (
    <Modal title={t('settings/title')} closeLabel={t('settings/close')} open={open} onClose={onClose}>
      <Section title={t('settings/soundSection')}>{sound}</Section>
      <Section title={t('settings/generalSection')}>
        <div className="grid gap-4 sm:grid-cols-2">
          <LanguageChoice settings={settings} />
          <ThemeChoice settings={settings} />
        </div>
        <ShortcutsToggle settings={settings} />
        {hasRelay && <RelayToggle settings={settings} />}
        <Notifications {...notifications} />
      </Section>
    </Modal>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-6 flex flex-col gap-4 border-t border-line pt-5 first-of-type:mt-0 first-of-type:border-t-0 first-of-type:pt-0">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  )
}

export function LanguageChoice({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  return (
    <Choice
      label={t('settings/language')}
      value={useValue(settings.language)}
      options={languages.map(language => ({ value: language, label: languageNames[language] }))}
      onChoose={language => settings.language.set(language as Language)}
    />
  )
}

export function ThemeChoice({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  const themes: Theme[] = ['system', 'light', 'dark']
  return (
    <Choice
      label={t('settings/theme')}
      value={useValue(settings.theme)}
      options={themes.map(theme => ({ value: theme, label: t(`settings/themes/${theme}`) }))}
      onChoose={theme => settings.theme.set(theme as Theme)}
    />
  )
}

function ShortcutsToggle({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  return (
    <Toggle
      label={t('settings/shortcuts')}
      note={t('settings/shortcutsNote')}
      on={useValue(settings.shortcuts) === 'on'}
      onChange={on => settings.shortcuts.set(on ? 'on' : 'off')}
    />
  )
}

function RelayToggle({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  return (
    <Toggle
      label={t('settings/relayOnly')}
      note={t('settings/relayOnlyNote')}
      on={useValue(settings.relayOnly) === 'on'}
      onChange={on => settings.relayOnly.set(on ? 'on' : 'off')}
    />
  )
}

function Notifications({ permission, ask }: SettingsModalProps['notifications']) {
  const { t } = useTranslation()
  const state = useValue(permission)
  return (
    <div className="flex items-center justify-between gap-4">
      <div>
        <p className="text-sm font-medium">{t('settings/notifications')}</p>
        <p className="text-sm text-quiet">{t(`settings/notificationState/${state}`)}</p>
      </div>
      {state === 'default' && (
        <Button size="small" onClick={ask}>
          {t('settings/allowNotifications')}
        </Button>
      )}
    </div>
  )
}
