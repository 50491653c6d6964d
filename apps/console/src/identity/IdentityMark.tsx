import type { CallerIdentity } from '@ringdown/contract'
import { Shield, ShieldAlert, ShieldCheck, ShieldHalf, ShieldQuestionMark } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { classNames } from '../ui/index.ts'
import { type IdentityTone, identityTone } from './identity.rules.ts'

const icons = {
  A: ShieldCheck,
  B: ShieldHalf,
  C: Shield,
  unverified: ShieldQuestionMark,
  failed: ShieldAlert,
} as const

const colours: Record<IdentityTone, string> = { sure: 'text-go', doubt: 'text-quiet', wrong: 'text-warn' }

/** For lists: what is proved about a caller's number in a few words, explained to screen readers and under the pointer. */
export function IdentityMark({ identity }: { identity: CallerIdentity | null }) {
  const { t } = useTranslation()
  if (identity === null) return null
  const about = t(`identity/about/${identity}`)
  return (
    <p className="text-sm" title={about}>
      <Label identity={identity} />
      <span className="sr-only">. {about}</span>
    </p>
  )
}

/** For the call at hand: the same, with its explanation. What becomes known while it is shown is read out. */
export function IdentityNote({ identity }: { identity: CallerIdentity | null }) {
  const { t } = useTranslation()
  return (
    <div aria-live="polite">
      {identity !== null && (
        <div className="mt-2 text-sm">
          <Label identity={identity} />
          <p className="text-quiet">{t(`identity/about/${identity}`)}</p>
        </div>
      )}
    </div>
  )
}

function Label({ identity }: { identity: CallerIdentity }) {
  const { t } = useTranslation()
  const Icon = icons[identity]
  return (
    <span
      className={classNames('inline-flex items-center gap-1.5 font-medium', colours[identityTone(identity)])}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {t(`identity/${identity}`)}
    </span>
  )
}
