import { ChevronDown, Trash2 } from 'lucide-react'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, classNames, useFocusOnce } from '../ui/index.ts'
import {
  AddressesSetting,
  HostSetting,
  NumberFormatSetting,
  PasswordSetting,
  UsernameSetting,
} from './asked-settings.tsx'
import { askedPlaces } from './check-draft.rules.ts'
import type { TrunkDraft } from './draft.rules.ts'
import { FormNotices } from './FormNotices.tsx'
import { MoreSettings } from './MoreSettings.tsx'
import { type Part, TextSetting, ToggleSetting } from './settings-inputs.tsx'
import { type AskedField, trunkTemplates } from './templates.rules.ts'
import type { OpenForm, TrunkForm } from './trunk-form.ts'

const asked: Record<AskedField, (props: { part: Part }) => ReactNode> = {
  host: HostSetting,
  addresses: AddressesSetting,
  numberFormat: NumberFormatSetting,
  username: UsernameSetting,
  password: PasswordSetting,
}

export type TrunkEditorProps = {
  form: TrunkForm
  open: OpenForm
  draft: TrunkDraft
  onDone: () => void
  onCancel: () => void
  onRemove: () => void
}

/** One trunk: the few settings its template asks for, all others behind a click. */
export function TrunkEditor({ form, open, draft, onDone, onCancel, onRemove }: TrunkEditorProps) {
  const { t } = useTranslation()
  const heading = useFocusOnce<HTMLHeadingElement>()
  const body = useFirstProblem(open.refusals)
  const { asks, brand } = trunkTemplates[draft.template]
  const part: Part = { form, draft, problems: open.problems, hasPassword: open.hasPassword }
  const isNew = open.id === null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await form.save()) onDone()
  }
  return (
    <form ref={body} noValidate aria-labelledby="trunk-title" onSubmit={event => void submit(event)}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h1 id="trunk-title" ref={heading} tabIndex={-1} className="text-2xl font-semibold outline-none">
          {isNew ? newTitle(t, brand) : open.original?.name}
        </h1>
        {isNew && (
          <Button size="small" kind="ghost" className="-ms-3" onClick={() => form.chooseAgain()}>
            {t('trunks/form/another')}
          </Button>
        )}
      </div>
      <fieldset
        disabled={open.busy !== null}
        className="mt-4 min-w-0 rounded-2xl border border-line bg-surface p-5"
      >
        <div className="flex flex-col gap-4">
          <TextSetting part={part} field="name" place="name" label={t('trunks/form/name')} />
          {asks.map(field => {
            const Setting = asked[field]
            return <Setting key={field} part={part} />
          })}
          <ToggleSetting
            part={part}
            field="enabled"
            label={t('trunks/form/enabled')}
            note={t('trunks/form/enabledNote')}
          />
        </div>
        <More part={part} refusals={open.refusals} />
      </fieldset>
      <section aria-labelledby="trunk-then" className="mt-4 rounded-2xl border border-dashed border-edge p-5">
        <h2 id="trunk-then" className="font-semibold">
          {t('trunks/form/otherSide/title')}
        </h2>
        <p className="text-sm text-quiet">{t(`trunks/form/otherSide/${draft.template}`)}</p>
      </section>
      <div className="mt-4">
        <FormNotices open={open} onReload={() => void form.reload()} />
      </div>
      <div className="mt-4 flex flex-wrap gap-3">
        <Button kind="go" type="submit" busy={open.busy === 'saving'} disabled={open.busy !== null}>
          {t(isNew ? 'trunks/form/create' : 'trunks/form/save')}
        </Button>
        <Button disabled={open.busy !== null} onClick={onCancel}>
          {t('trunks/form/cancel')}
        </Button>
        {!isNew && (
          <Button
            kind="ghost"
            className="text-stop sm:ms-auto"
            disabled={open.busy !== null}
            onClick={onRemove}
          >
            <Trash2 aria-hidden className="size-5" />
            {t('trunks/form/remove')}
          </Button>
        )}
      </div>
    </form>
  )
}

function newTitle(t: ReturnType<typeof useTranslation>['t'], brand: string): string {
  return brand ? t('trunks/form/newTitle', { template: brand }) : t('trunks/form/newOther')
}

/** Closed until somebody opens it, or something in it is not right. */
function More({ part, refusals }: { part: Part; refusals: number }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const { asks } = trunkTemplates[part.draft.template]
  const above = ['name', ...asks.map(field => askedPlaces[field])]
  const wrongWithin = Object.keys(part.problems).some(place => !above.includes(place))
  useEffect(() => {
    if (refusals > 0 && wrongWithin) setOpen(true)
  }, [refusals, wrongWithin])
  return (
    <div className="mt-4">
      <Button
        size="small"
        kind="ghost"
        className="-ms-3.5"
        aria-expanded={open}
        aria-controls="more-settings"
        onClick={() => setOpen(!open)}
      >
        <ChevronDown aria-hidden className={classNames('size-5', open && 'rotate-180')} />
        {t('trunks/form/more')}
      </Button>
      <div id="more-settings" hidden={!open}>
        <MoreSettings part={part} />
      </div>
    </div>
  )
}

/** Leads to the first field that is not right, each time that it was tried to save. */
function useFirstProblem(refusals: number) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (refusals === 0) return
    const timer = setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
    return () => clearTimeout(timer)
  }, [refusals])
  return form
}
