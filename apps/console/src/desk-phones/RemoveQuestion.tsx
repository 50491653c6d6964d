import { useTranslation } from 'react-i18next'
import type { Failure } from '../gateway/index.ts'
import { Button, Notice, QuestionModal } from '../ui/index.ts'

/** Before a telephone is locked out for good. */
export function RemoveQuestion(props: {
  name: string
  failure: Failure | null
  isGoing: boolean
  onKeep: () => void
  onRemove: () => void
}) {
  const { t } = useTranslation()
  return (
    <QuestionModal
      title={t('deskPhones/question/title', { name: props.name })}
      description={t('deskPhones/question/lead')}
    >
      {props.failure && (
        <Notice tone="stop" className="mt-4">
          {t(`problem/${props.failure.code}`)}
        </Notice>
      )}
      <div className="mt-6 flex flex-col gap-2.5">
        <Button onClick={props.onKeep} disabled={props.isGoing}>
          {t('deskPhones/question/keep')}
        </Button>
        <Button kind="stop" busy={props.isGoing} onClick={props.onRemove}>
          {t('deskPhones/question/remove')}
        </Button>
      </div>
    </QuestionModal>
  )
}
