import { useTranslation } from 'react-i18next'
import { Button, Notice } from '../ui/index.ts'
import type { OpenForm } from './trunk-form.ts'

/** Why it was not saved, and what to do about it. */
export function FormNotices({ open, onReload }: { open: OpenForm; onReload: () => void }) {
  const { t } = useTranslation()
  const { failure } = open
  const count = Object.keys(open.problems).length
  if (failure?.code === 'trunk.changed') {
    return (
      <Notice
        tone="warn"
        action={
          <Button size="small" busy={open.busy !== null} onClick={onReload}>
            {t('trunks/form/reload')}
          </Button>
        }
      >
        {t('trunks/form/changed')}
      </Notice>
    )
  }
  if (failure) {
    return (
      <Notice tone="stop">
        {failure.code === 'request.malformed' && failure.message
          ? t('trunks/form/malformed', { message: failure.message })
          : t(`problem/${failure.code}`)}
      </Notice>
    )
  }
  return count > 0 ? <Notice tone="stop">{t('trunks/form/problems', { count })}</Notice> : null
}
