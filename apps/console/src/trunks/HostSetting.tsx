import { trunkTransport } from '@ringdown/contract'
import { useTranslation } from 'react-i18next'
import { Choice, Field } from '../ui/index.ts'
import type { HostDraft } from './draft.rules.ts'
import { type Part, problemText } from './settings-inputs.tsx'

type HostProps = {
  part: Part
  /** `hosts.0` and so on, or `outboundProxy`. */
  place: string
  host: HostDraft
  onChange: (host: HostDraft, about: string[]) => void
}

/** Where a server is. */
export function HostField(props: HostProps & { label: string; hint?: string | undefined }) {
  const { t } = useTranslation()
  const place = `${props.place}.host`
  return (
    <Field
      label={props.label}
      hint={props.hint}
      error={problemText(t, props.part.problems, place)}
      inputMode="url"
      autoComplete="off"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      value={props.host.host}
      onChange={event =>
        props.onChange({ ...props.host, host: event.target.value }, [place, `${props.place}.port`])
      }
    />
  )
}

/** How a server is reached; DNS knows, where nothing is said. */
export function ReachFields({ part, place, host, onChange }: HostProps) {
  const { t } = useTranslation()
  const automatic = { value: '', label: t('trunks/form/automatic') }
  const transports = trunkTransport.options.map(value => ({ value, label: value.toUpperCase() }))
  return (
    <div className="grid grid-cols-2 items-start gap-3">
      <Field
        label={t('trunks/form/port')}
        hint={t('trunks/form/portHint')}
        error={problemText(t, part.problems, `${place}.port`)}
        inputMode="numeric"
        autoComplete="off"
        placeholder={t('trunks/form/automatic')}
        value={host.port}
        onChange={event => onChange({ ...host, port: event.target.value }, [`${place}.port`])}
      />
      <Choice
        label={t('trunks/form/transport')}
        value={host.transport}
        options={[automatic, ...transports]}
        onChoose={value =>
          onChange({ ...host, transport: trunkTransport.options.find(known => known === value) ?? '' }, [])
        }
      />
    </div>
  )
}
