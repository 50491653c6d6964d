import { BellRing, Volume2 } from 'lucide-react'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { MicrophoneHelp, missesDeskPhone, type OperatorProblem } from '../operator/index.ts'
import { PageLink } from '../pages/index.ts'
import { type BrowserFamily, isAtDesk } from '../phone/index.ts'
import { Button, Notice } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'

/** What keeps a call from being heard: a microphone that did not open, sound that the browser holds back. */
export function HearingWarnings({ console }: { console: Console }) {
  const { view } = useValue(console.live)
  return !isAtDesk(view) && <BrowserWarnings console={console} />
}

function BrowserWarnings({ console }: { console: Console }) {
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
  const choice = useValue(console.lineChoice)
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
      {choice.problem && (
        <LineProblem
          problem={choice.problem}
          family={console.family}
          dismiss={dismiss(() => console.lineChoice.dismiss())}
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
  // The standing warning says it, as long as it is so.
  if (problem.type === 'refused' && problem.code === 'operator.no-phone') return null
  return (
    <Notice tone="warn" {...(dismiss && { dismiss })}>
      {t(problem.type === 'line' ? 'problem/line' : `problem/${problem.code}`)}
    </Notice>
  )
}

/** Calls should ring at a desk phone, and there is none: what to do about it. */
export function MissingPhone({ console }: { console: Console }) {
  const { t } = useTranslation()
  const { view } = useValue(console.live)
  const { problem } = useValue(console.operator)
  if (!view || !missesDeskPhone(view)) return null
  return (
    <Notice
      // A new one when somebody tried in vain, so that screen readers say it again.
      key={problem ? 'tried' : 'standing'}
      tone="warn"
      title={t('deskLine/missing/title')}
      action={
        <PageLink
          pages={console.pages}
          to={{ at: 'desk phones' }}
          className="inline-flex min-h-10 items-center font-semibold underline"
        >
          {t('deskLine/missing/page')}
        </PageLink>
      }
    >
      {t('deskLine/missing/lead')}
    </Notice>
  )
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
