import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Field, Notice, Wordmark } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import { DemoAccounts } from './DemoAccounts.tsx'
import type { Session, SessionValue } from './session.ts'

type SignedOut = Extract<SessionValue, { at: 'signed out' }>

/** Where people come in, and come back to when their session has ended. */
export function SignInPage({ session, value }: { session: Session; value: SignedOut }) {
  const { t } = useTranslation()
  const demo = useValue(session.demo)
  return (
    <main className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center gap-6 px-4 py-10">
      <div className="flex flex-col items-center gap-1.5 text-center">
        <Wordmark name={t('product')} />
        <p className="text-quiet">{t('signIn/lead')}</p>
      </div>
      {value.why !== 'first' && !value.error && (
        <Notice tone={value.why === 'expired' ? 'warn' : 'info'}>{t(`signIn/${value.why}`)}</Notice>
      )}
      {value.error && <Notice tone="stop">{t(`signIn/errors/${value.error}`)}</Notice>}
      <SignInForm session={session} busy={value.busy} />
      {demo && <DemoAccounts busy={value.busy} onChoose={credentials => void session.signIn(credentials)} />}
    </main>
  )
}

function SignInForm({ session, busy }: { session: Session; busy: boolean }) {
  const { t } = useTranslation()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void session.signIn({ email: email.trim(), password })
  }
  return (
    <form
      onSubmit={submit}
      aria-labelledby="sign-in-title"
      className="flex flex-col gap-4 rounded-2xl border border-line bg-surface p-6"
    >
      <h1 id="sign-in-title" className="text-xl font-semibold">
        {t('signIn/title')}
      </h1>
      <Field
        label={t('signIn/email')}
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={event => setEmail(event.target.value)}
      />
      <Field
        label={t('signIn/password')}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={event => setPassword(event.target.value)}
      />
      <Button kind="go" type="submit" busy={busy} className="mt-1">
        {t('signIn/submit')}
      </Button>
    </form>
  )
}
