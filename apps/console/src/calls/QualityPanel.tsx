import { useTranslation } from 'react-i18next'
import type { Quality, QualityDirection, QualityGrade } from '../phone/index.ts'
import { classNames } from '../ui/index.ts'

type Shown = QualityGrade | 'paused'

const colours: Record<Shown, string> = {
  unknown: 'bg-edge',
  paused: 'bg-edge',
  good: 'bg-go',
  fair: 'bg-warn',
  poor: 'bg-stop',
  silent: 'bg-stop',
}

/** Both directions in words, the numbers behind a click. */
export function QualityPanel({ quality, paused }: { quality: Quality; paused: boolean }) {
  const { t } = useTranslation()
  return (
    <section aria-label={t('quality/title')}>
      <dl className="flex flex-wrap gap-x-8 gap-y-1.5 text-sm">
        <Direction name={t('quality/hearing')} grade={paused ? 'paused' : quality.hearing.grade} />
        <Direction name={t('quality/speaking')} grade={paused ? 'paused' : quality.speaking.grade} />
      </dl>
      <details className="mt-2 text-sm text-quiet">
        <summary className="w-fit cursor-pointer rounded py-1">{t('quality/details')}</summary>
        <Numbers quality={quality} />
      </details>
    </section>
  )
}

function Direction({ name, grade }: { name: string; grade: Shown }) {
  const { t } = useTranslation()
  return (
    <div className="flex items-center gap-2">
      <span aria-hidden className={classNames('size-2.5 rounded-full', colours[grade])} />
      <dt className="text-quiet">{name}:</dt>
      <dd className="font-medium">{t(`quality/grade/${grade}`)}</dd>
    </div>
  )
}

function Numbers({ quality }: { quality: Quality }) {
  const { t } = useTranslation()
  const number = (value: number | null, unit: 'percent' | 'ms') =>
    value === null ? t('quality/none') : t(`quality/${unit}`, { value: value.toFixed(unit === 'ms' ? 0 : 1) })
  const rows = (direction: QualityDirection, name: string) => [
    {
      name: t('quality/towards', { direction: name, name: t('quality/loss') }),
      value: number(direction.lossPercent, 'percent'),
    },
    {
      name: t('quality/towards', { direction: name, name: t('quality/jitter') }),
      value: number(direction.jitterMs, 'ms'),
    },
  ]
  const all = [
    ...rows(quality.hearing, t('quality/hearing')),
    ...rows(quality.speaking, t('quality/speaking')),
    { name: t('quality/roundTrip'), value: number(quality.roundTripMs, 'ms') },
  ]
  return (
    <dl className="mt-1 grid w-fit grid-cols-[auto_auto] gap-x-6">
      {all.map(row => (
        <div key={row.name} className="contents">
          <dt>{row.name}</dt>
          <dd className="text-end text-ink tabular-nums">{row.value}</dd>
        </div>
      ))}
    </dl>
  )
}
