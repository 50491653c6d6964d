import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/index.ts'

/** Puts a text on the clipboard, where the browser lets a page do that. */
export function CopyButton({ name, text }: { name: string; text: string }) {
  const { t } = useTranslation()
  const [isCopied, setCopied] = useState(false)
  // Pages that did not come by HTTPS have none.
  if (!navigator.clipboard) return null
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  const Icon = isCopied ? Check : Copy
  return (
    <Button
      kind="ghost"
      size="small"
      aria-label={t('deskPhones/made/copyName', { name })}
      onClick={copy}
      onBlur={() => setCopied(false)}
      className="-me-2"
    >
      <Icon aria-hidden className="size-4.5" />
      <span role="status">{t(isCopied ? 'deskPhones/made/copied' : 'deskPhones/made/copy')}</span>
    </Button>
  )
}
