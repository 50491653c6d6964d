import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AddressesSetting, NumberFormatSetting, PasswordSetting, UsernameSetting } from './asked-settings.tsx'
import { CodecSetting } from './CodecSetting.tsx'
import { ServerSettings } from './ServerSettings.tsx'
import { ChoiceSetting, type Part, TextSetting, ToggleSetting } from './settings-inputs.tsx'
import { trunkTemplates } from './templates.rules.ts'

/** Every setting that the template does not ask for. */
export function MoreSettings({ part }: { part: Part }) {
  const { t } = useTranslation()
  const { asks } = trunkTemplates[part.draft.template]
  return (
    <>
      <Group title={t('trunks/form/group/servers')}>
        <ServerSettings part={part} />
        {!asks.includes('addresses') && <AddressesSetting part={part} />}
      </Group>
      <Group title={t('trunks/form/group/login')}>
        {!asks.includes('username') && <UsernameSetting part={part} />}
        {!asks.includes('password') && <PasswordSetting part={part} />}
        <Registration part={part} />
      </Group>
      <Group title={t('trunks/form/group/numbers')}>
        {!asks.includes('numberFormat') && <NumberFormatSetting part={part} />}
        <Numbers part={part} />
      </Group>
      <Group title={t('trunks/form/group/callerId')}>
        <CallerId part={part} />
      </Group>
      <Group title={t('trunks/form/group/audio')}>
        <CodecSetting part={part} />
        <Encryption part={part} />
      </Group>
      <Group title={t('trunks/form/group/limits')}>
        <Limits part={part} />
      </Group>
    </>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="mt-6 flex flex-col gap-4 border-t border-line pt-5">
      <legend className="float-start w-full font-semibold">{title}</legend>
      {children}
    </fieldset>
  )
}

function Registration({ part }: { part: Part }) {
  const { t } = useTranslation()
  const about = ['hosts.0.host', 'credentials.username', 'password', 'registration.expiresS']
  return (
    <>
      <TextSetting
        part={part}
        field="realm"
        place="credentials.realm"
        label={t('trunks/form/realm')}
        hint={t('trunks/form/realmHint')}
      />
      <ToggleSetting
        part={part}
        field="register"
        about={about}
        label={t('trunks/form/register')}
        note={t('trunks/form/registerNote')}
      />
      {part.draft.register && (
        <TextSetting
          part={part}
          field="expires"
          place="registration.expiresS"
          label={t('trunks/form/expires')}
          numeric
        />
      )}
    </>
  )
}

function Numbers({ part }: { part: Part }) {
  const { t } = useTranslation()
  const fields = ['callingCode', 'nationalPrefix', 'internationalPrefix', 'dialPrefix'] as const
  return fields.map(field => (
    <TextSetting
      key={field}
      part={part}
      field={field}
      place={`numbers.${field}`}
      label={t(`trunks/form/${field}`)}
      hint={t(`trunks/form/${field}Hint`)}
      numeric={field !== 'dialPrefix'}
    />
  ))
}

function CallerId({ part }: { part: Part }) {
  const { t } = useTranslation()
  const headers = [
    { value: 'from', label: 'From' },
    { value: 'p-asserted-identity', label: 'P-Asserted-Identity' },
    { value: 'remote-party-id', label: 'Remote-Party-ID' },
  ] as const
  return (
    <>
      <TextSetting
        part={part}
        field="callerId"
        place="callerId"
        label={t('trunks/form/callerId')}
        hint={t('trunks/form/callerIdHint')}
      />
      <ChoiceSetting
        part={part}
        field="callerIdHeader"
        label={t('trunks/form/callerIdHeader')}
        options={[...headers]}
      />
      <ToggleSetting
        part={part}
        field="withholdsNumber"
        label={t('trunks/form/withholdsNumber')}
        note={t('trunks/form/withholdsNumberNote')}
      />
      {(['fromUser', 'fromDomain'] as const).map(field => (
        <TextSetting
          key={field}
          part={part}
          field={field}
          place={field}
          label={t(`trunks/form/${field}`)}
          hint={t(`trunks/form/${field}Hint`)}
        />
      ))}
    </>
  )
}

function Encryption({ part }: { part: Part }) {
  const { t } = useTranslation()
  const choices = ['none', 'optional', 'required'] as const
  return (
    <ChoiceSetting
      part={part}
      field="encryption"
      label={t('trunks/form/encryption')}
      options={choices.map(value => ({ value, label: t(`trunks/form/encryptionOption/${value}`) }))}
    />
  )
}

function Limits({ part }: { part: Part }) {
  const { t } = useTranslation()
  return (
    <>
      {(['calls', 'callsPerSecond'] as const).map(field => (
        <TextSetting
          key={field}
          part={part}
          field={field}
          place={`limits.${field}`}
          label={t(`trunks/form/${field}`)}
          numeric
        />
      ))}
      <ToggleSetting
        part={part}
        field="trustsIdentity"
        label={t('trunks/form/trustsIdentity')}
        note={t('trunks/form/trustsIdentityNote')}
      />
    </>
  )
}
