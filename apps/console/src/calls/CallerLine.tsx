import type { CallDirection, CallerView } from '@ringdown/contract'
import { useTranslation } from 'react-i18next'

/** The person outside in words: the mask, and whether they called before. */
export function CallerLine(props: {
  caller: CallerView
  queue: string
  direction?: CallDirection
  /** The page is about them, so the mask is its heading. */
  isHeading?: boolean
}) {
  const { caller, queue, direction = 'in' } = props
  const Mask = props.isHeading ? 'h1' : 'p'
  const { t } = useTranslation()
  const never = direction === 'in' ? t('caller/first') : t('caller/never')
  const before = caller.earlierCalls === 0 ? never : t('caller/earlier', { count: caller.earlierCalls })
  return (
    <>
      <Mask className="break-words text-2xl font-semibold sm:text-3xl">{caller.mask}</Mask>
      <p className="text-quiet">
        {queue} · {before}
      </p>
    </>
  )
}
