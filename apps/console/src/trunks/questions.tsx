import { useTranslation } from 'react-i18next'
import { Button, QuestionModal } from '../ui/index.ts'

/** Before what was typed is lost. */
export function LeaveQuestion({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  const { t } = useTranslation()
  return (
    <QuestionModal title={t('trunks/leave/title')} description={t('trunks/leave/lead')}>
      <div className="mt-6 flex flex-col gap-2.5">
        <Button kind="go" onClick={onStay}>
          {t('trunks/leave/stay')}
        </Button>
        <Button onClick={onLeave}>{t('trunks/leave/leave')}</Button>
      </div>
    </QuestionModal>
  )
}

/** Before a trunk is gone for good. */
export function RemoveQuestion(props: { name: string; onKeep: () => void; onRemove: () => void }) {
  const { t } = useTranslation()
  return (
    <QuestionModal
      title={t('trunks/remove/title', { name: props.name })}
      description={t('trunks/remove/lead')}
    >
      <div className="mt-6 flex flex-col gap-2.5">
        <Button onClick={props.onKeep}>{t('trunks/remove/keep')}</Button>
        <Button kind="stop" onClick={props.onRemove}>
          {t('trunks/remove/remove')}
        </Button>
      </div>
    </QuestionModal>
  )
}
