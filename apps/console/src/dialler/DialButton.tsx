import { PhoneOutgoing } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { dialShortcut, useShortcuts } from '../calls/index.ts'
import { Button } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Dialler } from './dialler.ts'

/** Opens the dialog, by a click or by its key. */
export function DialButton(props: { dialler: Dialler; connected: boolean; shortcuts: boolean }) {
  const { dialler, connected } = props
  const { t } = useTranslation()
  const { open } = useValue(dialler)
  useShortcuts({
    enabled: props.shortcuts && connected && !open,
    onPress: press => {
      if (dialShortcut(press)) dialler.open()
    },
  })
  return (
    <Button disabled={!connected} onClick={() => dialler.open()}>
      <PhoneOutgoing aria-hidden className="size-5" />
      {t('dialler/open')}
    </Button>
  )
}
