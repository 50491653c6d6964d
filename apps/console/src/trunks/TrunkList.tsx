import { Cable, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Pages } from '../pages/index.ts'
import { Button, Notice, useFocusOnce } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import { TrunkCard } from './TrunkCard.tsx'
import type { TrunkForm } from './trunk-form.ts'
import type { Trunks } from './trunks.ts'

export type TrunkPageProps = { trunks: Trunks; form: TrunkForm; pages: Pages }

/** All trunks of the organization. */
export function TrunkList({ trunks: model, form, pages }: TrunkPageProps) {
  const { t } = useTranslation()
  const { trunks, failure } = useValue(model)
  const heading = useFocusOnce<HTMLHeadingElement>()
  const add = () => pages.go({ at: 'trunk', id: null })
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-4">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-64 flex-1">
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold outline-none">
            {t('trunks/title')}
          </h1>
          <p className="text-quiet">{t('trunks/lead')}</p>
        </div>
        {trunks && trunks.length > 0 && (
          <Button kind="go" onClick={add}>
            <Plus aria-hidden className="size-5" />
            {t('trunks/add')}
          </Button>
        )}
      </div>
      <Unsaved form={form} pages={pages} />
      {failure && (
        <Notice
          tone="warn"
          action={
            <Button size="small" onClick={() => void model.read()}>
              {t('trunks/retry')}
            </Button>
          }
        >
          {t(`problem/${failure.code}`)}
        </Notice>
      )}
      {!trunks && !failure && (
        <p role="status" className="py-16 text-center text-quiet">
          {t('trunks/loading')}
        </p>
      )}
      {trunks?.length === 0 && <NoTrunks onAdd={add} />}
      {trunks && trunks.length > 0 && (
        <ul className="flex flex-col gap-3">
          {trunks.map(trunk => (
            <TrunkCard key={trunk.id} trunk={trunk} pages={pages} />
          ))}
        </ul>
      )}
    </div>
  )
}

function NoTrunks({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation()
  return (
    <section className="rounded-2xl border border-line bg-surface px-6 py-10 text-center">
      <Cable aria-hidden className="mx-auto mb-4 size-10 text-quiet" />
      <h2 className="text-xl font-semibold">{t('trunks/empty/title')}</h2>
      <p className="mx-auto mt-2 max-w-lg text-quiet">{t('trunks/empty/lead')}</p>
      <Button kind="go" size="large" className="mt-6" onClick={onAdd}>
        <Plus aria-hidden className="size-5" />
        {t('trunks/add')}
      </Button>
    </section>
  )
}

/** A call came in between: what was typed is still there. */
function Unsaved({ form, pages }: { form: TrunkForm; pages: Pages }) {
  const { t } = useTranslation()
  const open = useValue(form)
  if (!open || !form.dirty) return null
  return (
    <Notice
      tone="info"
      action={
        <div className="flex flex-wrap gap-2">
          <Button size="small" onClick={() => pages.go({ at: 'trunk', id: open.id })}>
            {t('trunks/carryOn')}
          </Button>
          <Button size="small" kind="ghost" onClick={() => form.discard()}>
            {t('trunks/discard')}
          </Button>
        </div>
      }
    >
      {t('trunks/unsaved', { name: open.draft?.name.trim() || t('trunks/unnamed') })}
    </Notice>
  )
}
