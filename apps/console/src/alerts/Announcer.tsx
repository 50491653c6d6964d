import { useTranslation } from 'react-i18next'
import { useValue } from '../view-model/index.ts'
import type { Alerts } from './alerts.ts'

/** Tells screen readers what happens to calls, whatever part of the page they are reading. */
export function Announcer({ alerts }: { alerts: Alerts }) {
  const { t } = useTranslation()
  const { count, what } = useValue(alerts.announcement)
  return (
    <div aria-live="assertive" aria-atomic="true" className="sr-only">
      {/* A new element each time, so that the same sentence twice is said twice. */}
      {what && <p key={count}>{t(`announce/${what}`)}</p>}
    </div>
  )
}
