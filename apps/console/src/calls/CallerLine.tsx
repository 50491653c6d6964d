import type { CallDirection, CallerView } from '@ringdown/contract'
import { useTranslation } from 'react-i18next'

/** The person outside in words: the mask, and whether they called before. */
export function CallerLine(props: { caller: CallerView; queue: string; direction?: CallDirection }) {
  const { caller, queue, direction = 'in' } = props
  const { t } = useTranslation()
  const never = direction === 'in' ? t('caller/first') : t('caller/never')
  const before = caller.earlierCalls === 0 ? never : t('caller/earlier', { count: caller.earlierCalls })
  return (
    <>
      <p className="break-words text-2xl font-semibold sm:text-3xl">{caller.mask}</p>
      <p className="text-quiet">
        {queue} · {before}
      </p>
    </>
  )
}
