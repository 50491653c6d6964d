import type { CallerView } from '@ringdown/contract'
import { useTranslation } from 'react-i18next'

/** A caller in words: the mask, and whether they called before. */
export function CallerLine({ caller, queue }: { caller: CallerView; queue: string }) {
  const { t } = useTranslation()
  const before =
    caller.earlierCalls === 0 ? t('caller/first') : t('caller/earlier', { count: caller.earlierCalls })
  return (
    <>
      <p className="break-words text-2xl font-semibold sm:text-3xl">{caller.mask}</p>
      <p className="text-quiet">
        {queue} · {before}
      </p>
    </>
  )
}
