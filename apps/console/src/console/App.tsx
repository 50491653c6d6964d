import { useTranslation } from 'react-i18next'
import { SignInPage } from '../session/index.ts'
import { LanguageChoice, ThemeChoice } from '../settings/index.ts'
import { Wordmark } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'
import { Workspace } from './Workspace.tsx'

export function App({ console }: { console: Console }) {
  const session = useValue(console.session)
  switch (session.at) {
    case 'checking':
      return <Checking unreachable={session.unreachable} />
    case 'signed in':
      return <Workspace console={console} me={session.me} />
    case 'signed out':
      return (
        <div className="flex min-h-dvh flex-col">
          <SignInPage session={console.session} value={session} />
          <footer className="mx-auto grid w-full max-w-md grid-cols-2 gap-3 px-4 pb-8">
            <LanguageChoice settings={console.settings} />
            <ThemeChoice settings={console.settings} />
          </footer>
        </div>
      )
  }
}

function Checking({ unreachable }: { unreachable: boolean }) {
  const { t } = useTranslation()
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-3 p-6 text-center">
      <Wordmark name={t('product')} />
      <p role="status" className="text-quiet">
        {t(unreachable ? 'signIn/unreachable' : 'signIn/checking')}
      </p>
    </main>
  )
}
