import { AppWindow } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/index.ts'

/** Another page of the same operator took over; this one is quiet. */
export function Replaced({ onUse }: { onUse: () => void }) {
  const { t } = useTranslation()
  return (
    <section className="mx-auto mt-10 max-w-lg rounded-2xl border border-line bg-surface px-6 py-10 text-center">
      <AppWindow aria-hidden className="mx-auto mb-4 size-10 text-quiet" />
      <h1 className="text-2xl font-semibold">{t('connection/replacedTitle')}</h1>
      <p className="mt-2 text-quiet">{t('connection/replacedLead')}</p>
      <Button kind="go" size="large" className="mt-6" onClick={onUse}>
        {t('connection/usePage')}
      </Button>
    </section>
  )
}
