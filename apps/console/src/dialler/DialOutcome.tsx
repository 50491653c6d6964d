import { useTranslation } from 'react-i18next'
import { Button, Notice } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Dialler } from './dialler.ts'
import { outcomeWords } from './outcome.rules.ts'

/** What became of a call that nobody answered, and the way to try again. */
export function DialOutcome({ dialler }: { dialler: Dialler }) {
  const { t } = useTranslation()
  const { outcome, number } = useValue(dialler)
  if (outcome === null) return null
  const words = outcomeWords(outcome)
  return (
    <Notice
      tone="warn"
      dismiss={{ label: t('problem/dismiss'), onDismiss: () => dialler.dismiss() }}
      action={
        number !== '' && (
          <Button size="small" onClick={() => dialler.open()}>
            {t('dialler/again')}
          </Button>
        )
      }
    >
      {t(`dialler/outcome/${words}`, { reason: t(`history/ending/${outcome}`) })}
    </Notice>
  )
}
