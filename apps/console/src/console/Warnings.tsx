import { BellRing, Volume2 } from 'lucide-react'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { MicrophoneHelp, type OperatorProblem } from '../operator/index.ts'
import type { BrowserFamily } from '../phone/index.ts'
import { Button, Notice } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'

/** What keeps a call from being heard: a microphone that did not open, sound that the browser holds back. */
export function HearingWarnings({ console }: { console: Console }) {
  const { t } = useTranslation()
  const microphone = useValue(console.microphone)
  const voiceBlocked = useValue(console.phone.audio.blocked)
  const ringBlocked = useValue(console.sound.blocked)
  return (
    <>
      {microphone.at === 'failed' && (
        <MicrophoneHelp
          problem={microphone.problem}
          family={console.family}
          inCall
          onRetry={() => console.microphone.reopen()}
        />
      )}
      {(voiceBlocked || ringBlocked) && (
        <Notice
          tone="warn"
          action={
            // The press itself is what the browser waits for: every touch of the page unlocks the sound.
            <Button size="small" onClick={() => void console.phone.audio.start()}>
              <Volume2 aria-hidden className="size-5" />
              {t('sound/unlock')}
            </Button>
          }
        >
          {t('sound/blocked')}
        </Notice>
      )}
    </>
  )
}

/** What went wrong with the last thing the operator asked for. */
export function ProblemNotice({ console }: { console: Console }) {
  const { t } = useTranslation()
  const { problem } = useValue(console.operator)
  const { error } = useValue(console.call)
  const dismiss = (onDismiss: () => void) => ({ label: t('problem/dismiss'), onDismiss })
  return (
    <>
      {problem && (
        <LineProblem
          problem={problem}
          family={console.family}
          dismiss={dismiss(() => console.operator.dismiss())}
        />
      )}
      {error && (
        <Notice tone="warn" dismiss={dismiss(() => console.call.dismiss())}>
          {t(`problem/${error}`)}
        </Notice>
      )}
    </>
  )
}

/** What keeps the line from being used, or what the gateway said to that. */
export function LineProblem(props: {
  problem: OperatorProblem
  family: BrowserFamily
  dismiss?: ComponentProps<typeof Notice>['dismiss']
}) {
  const { problem, family, dismiss } = props
  const { t } = useTranslation()
  if (problem.type === 'microphone')
    return <MicrophoneHelp problem={problem.problem} family={family} inCall={false} />
  return (
    <Notice tone="warn" {...(dismiss && { dismiss })}>
      {problemText(problem, t)}
    </Notice>
  )
}

type Translate = ReturnType<typeof useTranslation>['t']

function problemText(problem: Exclude<OperatorProblem, { type: 'microphone' }>, t: Translate): string {
  return problem.type === 'line' ? t('problem/line') : t(`problem/${problem.code}`)
}

/** Asks for notifications with a button, never by itself. */
export function NotificationOffer({ console }: { console: Console }) {
  const { t } = useTranslation()
  const permission = useValue(console.alerts.permission)
  if (permission !== 'default') return null
  return (
    <Notice
      tone="info"
      action={
        <Button size="small" onClick={() => void console.alerts.askPermission()}>
          <BellRing aria-hidden className="size-4.5" />
          {t('status/notify')}
        </Button>
      }
    >
      {t('status/notifyNote')}
    </Notice>
  )
}
