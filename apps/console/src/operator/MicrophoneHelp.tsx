import { useTranslation } from 'react-i18next'
import type { BrowserFamily, MicrophoneProblem } from '../phone/index.ts'
import { Button, Notice } from '../ui/index.ts'

/** Why there is no microphone, and where in this browser the remedy is. */
export function MicrophoneHelp(props: {
  problem: MicrophoneProblem
  family: BrowserFamily
  /** During a call the consequence is said first. */
  inCall: boolean
  onRetry?: () => void
}) {
  const { t } = useTranslation()
  const { problem, family } = props
  const remedy = problem === 'refused' ? t(`microphone/${family}`) : t(`microphone/${problem}`)
  return (
    <Notice
      tone="stop"
      title={props.inCall ? t('microphone/inCall') : t('microphone/heading')}
      action={
        props.onRetry && (
          <Button size="small" onClick={props.onRetry}>
            {t('microphone/retry')}
          </Button>
        )
      }
    >
      {remedy}
    </Notice>
  )
}
