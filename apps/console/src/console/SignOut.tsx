import type { OperatorView } from '@ringdown/contract'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, QuestionModal } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'

/** Whether somebody would be left alone on the telephone. */
export const isInCall = (view: OperatorView | null): boolean =>
  view?.active != null && view.active.state !== 'wrapping'

/** Signs out, but asks before a caller is left: the way out stands beside the settings, and a tired hand slips. */
export function useSignOut(console: Console) {
  const [asked, setAsked] = useState(false)
  const talking = isInCall(useValue(console.live).view)
  // What the end of a call has answered is not asked again during the next.
  useEffect(() => {
    if (!talking) setAsked(false)
  }, [talking])
  const leave = () => void console.session.signOut()
  return {
    signOut: () => (talking ? setAsked(true) : leave()),
    question: asked && talking && <SignOutQuestion onStay={() => setAsked(false)} onLeave={leave} />,
  }
}

function SignOutQuestion({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  const { t } = useTranslation()
  return (
    <QuestionModal title={t('onCall/leaveTitle')} description={t('onCall/leaveLead')}>
      <div className="mt-6 flex flex-col gap-2.5">
        <Button kind="go" onClick={onStay}>
          {t('onCall/stay')}
        </Button>
        <Button onClick={onLeave}>{t('onCall/leave')}</Button>
      </div>
    </QuestionModal>
  )
}
