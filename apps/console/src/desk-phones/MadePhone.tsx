import type { DeviceList, DeviceMade } from '@ringdown/contract'
import { useTranslation } from 'react-i18next'
import { Button, Notice, useFocusOnce } from '../ui/index.ts'
import { PhoneSettings } from './PhoneSettings.tsx'

/** What is entered in a telephone that was just added. Nothing but its button takes it away: the password is not shown again. */
export function MadePhone(props: { made: DeviceMade; server: DeviceList['server']; onDone: () => void }) {
  const { t } = useTranslation()
  const { device, password } = props.made
  const heading = useFocusOnce<HTMLHeadingElement>()
  return (
    <section aria-labelledby="made-phone" className="rounded-2xl border-2 border-go bg-surface p-5">
      <h2
        id="made-phone"
        ref={heading}
        tabIndex={-1}
        className="text-lg font-semibold wrap-anywhere outline-none"
      >
        {t('deskPhones/made/title', { name: device.name })}
      </h2>
      <Notice tone="warn" className="mt-3">
        {t('deskPhones/made/once')}
      </Notice>
      <PhoneSettings server={props.server} username={device.username} password={password} />
      <Button kind="go" className="mt-5" onClick={props.onDone}>
        {t('deskPhones/made/done')}
      </Button>
    </section>
  )
}
