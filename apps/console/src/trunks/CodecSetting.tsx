import { type TrunkCodec, trunkCodec } from '@ringdown/contract'
import { ArrowUp } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/index.ts'
import { type Part, problemText } from './settings-inputs.tsx'

const names: Record<TrunkCodec, string> = {
  PCMU: 'G.711 µ-law (PCMU)',
  PCMA: 'G.711 A-law (PCMA)',
  G722: 'G.722',
  opus: 'Opus',
}

/** Which codecs, in which order: the chosen ones first, then the others. */
export function CodecSetting({ part }: { part: Part }) {
  const { t } = useTranslation()
  const id = useId()
  const { codecs } = part.draft
  const set = (chosen: typeof codecs) => part.form.edit('codecs', chosen, ['codecs'])
  const others = trunkCodec.options.filter(codec => !codecs.includes(codec))
  const error = problemText(t, part.problems, 'codecs')
  return (
    <fieldset
      aria-describedby={error ? `${id}-error ${id}` : id}
      aria-invalid={error ? true : undefined}
      tabIndex={-1}
    >
      <legend className="mb-1.5 text-sm font-medium">{t('trunks/form/codecs')}</legend>
      <ul className="flex flex-col gap-1">
        {[...codecs, ...others].map((codec, place) => (
          <li key={codec} className="flex min-h-11 items-center gap-3">
            <label className="flex min-h-11 min-w-52 items-center gap-3">
              <input
                type="checkbox"
                className="size-5 accent-go"
                checked={codecs.includes(codec)}
                onChange={event =>
                  set(event.target.checked ? [...codecs, codec] : codecs.filter(other => other !== codec))
                }
              />
              {names[codec]}
            </label>
            {place > 0 && codecs.includes(codec) && (
              <Button
                size="small"
                kind="ghost"
                aria-label={t('trunks/form/earlier', { codec: names[codec] })}
                onClick={() => set(codecs.toSpliced(place, 1).toSpliced(place - 1, 0, codec))}
              >
                <ArrowUp aria-hidden className="size-4.5" />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {error && (
        <p id={`${id}-error`} className="text-sm font-medium text-stop">
          {error}
        </p>
      )}
      <p id={id} className="mt-1.5 text-sm text-quiet">
        {t('trunks/form/codecNote')}
      </p>
    </fieldset>
  )
}
