import { useTranslation } from 'react-i18next'
import { Notice } from '../ui/index.ts'
import { takesCalls } from './check-draft.rules.ts'
import { HostField } from './HostSetting.tsx'
import { ChoiceSetting, LinesSetting, type Part, TextSetting } from './settings-inputs.tsx'

/** The settings that a template may ask for at once. Each stands in one place of the form only. */

export function HostSetting({ part }: { part: Part }) {
  const { t } = useTranslation()
  const { hosts, template } = part.draft
  const [first] = hosts
  if (!first) return null
  return (
    <HostField
      part={part}
      place="hosts.0"
      host={first}
      onChange={(host, about) => part.form.edit('hosts', hosts.with(0, host), about)}
      label={t(`trunks/form/hostLabel/${template}`)}
      hint={t(`trunks/form/hostHint/${template}`)}
    />
  )
}

export function AddressesSetting({ part }: { part: Part }) {
  const { t } = useTranslation()
  const { draft } = part
  return (
    <>
      <LinesSetting
        part={part}
        field="addresses"
        place="addresses"
        rows={Math.min(8, Math.max(2, draft.addresses.split('\n').length))}
        label={t('trunks/form/addresses')}
        hint={t(`trunks/form/addressesHint/${draft.template}`)}
      />
      {draft.hosts.some(({ host }) => host.trim() !== '') && !takesCalls(draft) && (
        <Notice tone="warn">{t('trunks/form/noCallsIn')}</Notice>
      )}
    </>
  )
}

export function UsernameSetting({ part }: { part: Part }) {
  const { t } = useTranslation()
  return (
    <TextSetting
      part={part}
      field="username"
      place="credentials.username"
      label={t('trunks/form/username')}
    />
  )
}

/** It goes in and never comes out: the field is empty also where one is stored. */
export function PasswordSetting({ part }: { part: Part }) {
  const { t } = useTranslation()
  return (
    <TextSetting
      part={part}
      field="password"
      place="password"
      type="password"
      label={t('trunks/form/password')}
      hint={part.hasPassword ? t('trunks/form/passwordStored') : undefined}
    />
  )
}

export function NumberFormatSetting({ part }: { part: Part }) {
  const { t } = useTranslation()
  const formats = ['plus-e164', 'e164', 'national', 'international'] as const
  return (
    <ChoiceSetting
      part={part}
      field="out"
      label={t('trunks/form/out')}
      options={formats.map(value => ({ value, label: t(`trunks/form/outOption/${value}`) }))}
    />
  )
}
