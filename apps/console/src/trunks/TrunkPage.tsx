import { ArrowLeft } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../pages/index.ts'
import { Notice } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import { RemoveQuestion } from './questions.tsx'
import { TemplateChoice } from './TemplateChoice.tsx'
import { TrunkEditor } from './TrunkEditor.tsx'
import type { TrunkPageProps } from './TrunkList.tsx'

/** The form of one trunk; `id` null: of a new one. */
export function TrunkPage({ trunks, form, pages, id }: TrunkPageProps & { id: string | null }) {
  const { t } = useTranslation()
  const { trunks: all, failure } = useValue(trunks)
  const open = useValue(form)
  const [removal, setRemoval] = useState<'asked' | 'going' | null>(null)
  const known = id === null || all?.some(trunk => trunk.id === id)

  useEffect(() => {
    if (id === null) form.openNew()
    else if (known) {
      const trunk = trunks.find(id)
      if (trunk) form.open(trunk)
    }
  }, [form, trunks, id, known])

  const done = () => pages.show({ at: 'trunks' })
  const remove = async () => {
    setRemoval('going')
    if (await form.remove()) done()
    else setRemoval(null)
  }
  const mine = open?.id === id ? open : null
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-4">
      <PageLink
        pages={pages}
        to={{ at: 'trunks' }}
        className="-ms-2 inline-flex min-h-10 items-center gap-2 self-start rounded-lg px-2 text-sm text-quiet hover:text-ink"
      >
        <ArrowLeft aria-hidden className="size-4.5 rtl:-scale-x-100" />
        {t('trunks/back')}
      </PageLink>
      {!mine && all && !known && removal === null && (
        <Notice tone="warn" title={t('trunks/goneTitle')}>
          {t('trunks/goneLead')}
        </Notice>
      )}
      {!mine && !all && (
        <p role="status" className="py-16 text-center text-quiet">
          {failure ? t(`problem/${failure.code}`) : t('trunks/loading')}
        </p>
      )}
      {mine?.choosing && <TemplateChoice onChoose={template => form.choose(template)} />}
      {mine?.draft && !mine.choosing && (
        <TrunkEditor
          key={mine.id}
          form={form}
          open={mine}
          draft={mine.draft}
          onDone={done}
          onCancel={() => pages.go({ at: 'trunks' })}
          onRemove={() => setRemoval('asked')}
        />
      )}
      {removal === 'asked' && (
        <RemoveQuestion
          name={mine?.original?.name ?? ''}
          onKeep={() => setRemoval(null)}
          onRemove={() => void remove()}
        />
      )}
    </div>
  )
}
