import { useTranslation } from 'react-i18next'
import { Button } from '../ui/index.ts'
import { demoAccounts, demoPassword } from './demo-accounts.ts'

/** The demo's people, one click away. */
export function DemoAccounts(props: {
  busy: boolean
  onChoose: (credentials: { email: string; password: string }) => void
}) {
  const { t } = useTranslation()
  return (
    <section aria-labelledby="demo-title" className="rounded-2xl border border-dashed border-edge p-5">
      <h2 id="demo-title" className="font-semibold">
        {t('signIn/demo/title')}
      </h2>
      <p className="mb-3 text-sm text-quiet">{t('signIn/demo/lead')}</p>
      <ul className="grid gap-2 sm:grid-cols-2">
        {demoAccounts.map(({ role, email }) => (
          <li key={email}>
            <Button
              size="small"
              disabled={props.busy}
              onClick={() => props.onChoose({ email, password: demoPassword })}
              className="h-full w-full flex-col items-start gap-0 py-2 text-start"
            >
              {t(`signIn/demo/${role}`)}
              <span className="text-xs font-normal text-quiet"> {email}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
