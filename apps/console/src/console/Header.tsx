import { Cable, Headset, LogOut, type LucideIcon, Phone, Settings } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { type Page, PageLink, type Pages } from '../pages/index.ts'
import { Button, classNames, Wordmark } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'

export type HeaderProps = {
  organization: string
  name: string
  pages: Pages
  /** Those who run the organization see its pages, too. */
  isManaging: boolean
  onSettings: () => void
  onSignOut: () => void
}

export function Header({ organization, name, pages, isManaging, onSettings, onSignOut }: HeaderProps) {
  const { t } = useTranslation()
  return (
    <header className="border-b border-line bg-surface">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:bg-surface focus:p-3"
      >
        {t('skipToContent')}
      </a>
      <div className="mx-auto flex min-h-16 max-w-6xl items-center gap-1 sm:gap-3 px-4 sm:px-6">
        <Wordmark name={t('product')} isShort />
        <span className="hidden min-w-0 truncate border-s border-line ps-3 text-quiet lg:block">
          {organization}
        </span>
        <span className="flex-1" />
        <Navigation pages={pages} isManaging={isManaging} />
        <span className="hidden max-w-48 truncate text-sm text-quiet xl:block">
          {t('header/signedInAs', { name })}
        </span>
        <Button kind="ghost" size="small" aria-label={t('header/settings')} onClick={onSettings}>
          <Settings aria-hidden className="size-5" />
          <span className="hidden lg:inline">{t('header/settings')}</span>
        </Button>
        <Button kind="ghost" size="small" aria-label={t('header/signOut')} onClick={onSignOut}>
          <LogOut aria-hidden className="size-5 rtl:-scale-x-100" />
          <span className="hidden lg:inline">{t('header/signOut')}</span>
        </Button>
      </div>
    </header>
  )
}

function Navigation({ pages, isManaging }: { pages: Pages; isManaging: boolean }) {
  const { t } = useTranslation()
  const { at } = useValue(pages).page
  return (
    <nav aria-label={t('header/pages')} className="flex">
      <NavigationLink
        pages={pages}
        to={{ at: 'operator' }}
        current={at === 'operator'}
        icon={Headset}
        name={t('header/calls')}
      />
      <NavigationLink
        pages={pages}
        to={{ at: 'desk phones' }}
        current={at === 'desk phones'}
        icon={Phone}
        name={t('header/deskPhones')}
      />
      {isManaging && (
        <NavigationLink
          pages={pages}
          to={{ at: 'trunks' }}
          current={at === 'trunks' || at === 'trunk'}
          icon={Cable}
          name={t('header/trunks')}
        />
      )}
    </nav>
  )
}

function NavigationLink(props: { pages: Pages; to: Page; current: boolean; icon: LucideIcon; name: string }) {
  const Icon = props.icon
  return (
    <PageLink
      pages={props.pages}
      to={props.to}
      aria-label={props.name}
      aria-current={props.current ? 'page' : undefined}
      className={classNames(
        'inline-flex min-h-11 items-center gap-2 rounded-xl px-3 text-sm font-semibold',
        props.current ? 'bg-raised text-ink' : 'text-quiet hover:bg-raised hover:text-ink',
      )}
    >
      <Icon aria-hidden className="size-5" />
      <span className="hidden md:inline">{props.name}</span>
    </PageLink>
  )
}
