import type { DeviceList } from '@ringdown/contract'
import { type FormEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Card, Choice, Field, Notice } from '../ui/index.ts'
import type { DeskPhones, PhoneDraft } from './desk-phones.ts'

/** A telephone that is being added: its name, and, where there is a choice, whose it is. */
export function PhoneForm(props: {
  phones: DeskPhones
  draft: PhoneDraft
  members: DeviceList['members']
  /** The member who fills it in. */
  self: string
}) {
  const { t } = useTranslation()
  const { phones, draft, members } = props
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void phones.add()
  }
  const { problem } = draft
  const name = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (problem === null || problem === 'name') name.current?.focus()
  }, [problem])
  return (
    <Card title={t('deskPhones/form/title')}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4 px-5 pb-5">
        <Field
          label={t('deskPhones/form/name')}
          hint={t('deskPhones/form/nameHint')}
          error={problem === 'name' ? t('deskPhones/form/nameMissing') : undefined}
          value={draft.name}
          maxLength={80}
          autoComplete="off"
          ref={name}
          onChange={event => phones.write({ name: event.target.value })}
        />
        {members.length > 1 && (
          <Choice
            label={t('deskPhones/form/member')}
            value={draft.member ?? props.self}
            options={members.map(({ id, name }) => ({ value: id, label: name }))}
            onChoose={member => phones.write({ member })}
          />
        )}
        {problem && problem !== 'name' && <Notice tone="stop">{t(`problem/${problem.code}`)}</Notice>}
        <div className="flex flex-wrap gap-2.5">
          <Button kind="go" type="submit" busy={draft.isSending}>
            {t('deskPhones/form/submit')}
          </Button>
          <Button onClick={() => phones.cancel()}>{t('deskPhones/form/cancel')}</Button>
        </div>
      </form>
    </Card>
  )
}
