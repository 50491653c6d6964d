import { LogOut, Settings } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button, Wordmark } from '../ui/index.ts'

export type HeaderProps = {
  organization: string
  name: string
  onSettings: () => void
  onSignOut: () => void
}

export function Header({ organization, name, onSettings, onSignOut }: HeaderProps) {
  const { t } = useTranslation()
  return (
    <header className="border-b border-line bg-surface">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:bg-surface focus:p-3"
      >
        {t('skipToContent')}
      </a>
      <div className="mx-auto flex min-h-16 max-w-6xl items-center gap-3 px-4 sm:px-6">
        <Wordmark name={t('product')} />
        <span className="hidden min-w-0 truncate border-s border-line ps-3 text-quiet sm:block">
          {organization}
        </span>
        <span className="flex-1" />
        <span className="hidden max-w-48 truncate text-sm text-quiet md:block">
          {t('header/signedInAs', { name })}
        </span>
        <Button kind="ghost" size="small" aria-label={t('header/settings')} onClick={onSettings}>
          <Settings aria-hidden className="size-5" />
          <span className="hidden sm:inline">{t('header/settings')}</span>
        </Button>
        <Button kind="ghost" size="small" aria-label={t('header/signOut')} onClick={onSignOut}>
          <LogOut aria-hidden className="size-5 rtl:-scale-x-100" />
          <span className="hidden sm:inline">{t('header/signOut')}</span>
        </Button>
      </div>
    </header>
  )
}
