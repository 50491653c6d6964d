import { useTranslation } from 'react-i18next'
import { Button } from '../ui/index.ts'
import { keypadRows } from './digits.rules.ts'

/** The keys of a telephone, for the menus at the other end. */
export function Keypad(props: { digits: string; disabled: boolean; onPress: (digit: string) => void }) {
  const { t } = useTranslation()
  return (
    <div className="mx-auto mt-4 w-full max-w-xs rounded-2xl bg-raised p-4">
      <output
        aria-label={t('call/keypadDigits')}
        dir="ltr"
        className="mb-3 block min-h-9 overflow-hidden text-center font-mono text-2xl tracking-widest"
      >
        {props.digits.slice(-14)}
      </output>
      {/* The keys of a telephone lie the same way in every language. */}
      <div dir="ltr" className="grid grid-cols-3 gap-2">
        {keypadRows.flat().map(digit => (
          <Button
            key={digit}
            disabled={props.disabled}
            onClick={() => props.onPress(digit)}
            className="min-h-14 text-xl tabular-nums"
          >
            {digit}
          </Button>
        ))}
      </div>
      <p className="mt-3 text-center text-sm text-quiet">{t('call/keypadHint')}</p>
    </div>
  )
}
