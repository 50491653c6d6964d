import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/index.ts'
import { type HostDraft, noHost } from './draft.rules.ts'
import { HostField, ReachFields } from './HostSetting.tsx'
import { type Part, TextSetting, ToggleSetting } from './settings-inputs.tsx'

const mostServers = 8

/** How the first server is reached, the servers after it, and what stands before them. */
export function ServerSettings({ part }: { part: Part }) {
  const { t } = useTranslation()
  const { form, draft } = part
  const set = (hosts: HostDraft[], about: string[]) => form.edit('hosts', hosts, ['hosts', ...about])
  const replace = (row: number) => (host: HostDraft, about: string[]) =>
    set(draft.hosts.with(row, host), about)
  // Places of problems count the rows: after one is gone they name others.
  const remove = (row: number) =>
    set(
      draft.hosts.toSpliced(row, 1),
      Object.keys(part.problems).filter(place => place.startsWith('hosts.')),
    )
  return (
    <>
      {draft.hosts.map((host, row) => {
        const at = { part, place: `hosts.${row}`, host, onChange: replace(row) }
        const number = row + 1
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a server is its place in the order, and has no other name.
          <div key={row} className="flex flex-col gap-3">
            {row > 0 && <HostField {...at} label={t('trunks/form/serverNumber', { number })} />}
            <ReachFields {...at} />
            {row > 0 && (
              <Button size="small" kind="ghost" className="self-start" onClick={() => remove(row)}>
                <Trash2 aria-hidden className="size-4.5" />
                {t('trunks/form/removeServer', { number })}
              </Button>
            )}
          </div>
        )
      })}
      {draft.hosts.length < mostServers && (
        <div>
          <Button size="small" onClick={() => set([...draft.hosts, noHost], [])}>
            <Plus aria-hidden className="size-4.5" />
            {t('trunks/form/addServer')}
          </Button>
          <p className="mt-1.5 text-sm text-quiet">{t('trunks/form/serversNote')}</p>
        </div>
      )}
      <ProxySetting part={part} />
      <ToggleSetting
        part={part}
        field="checkHealth"
        about={['healthCheckS']}
        label={t('trunks/form/checkHealth')}
        note={t('trunks/form/checkHealthNote')}
      />
      {draft.checkHealth && (
        <TextSetting
          part={part}
          field="healthCheck"
          place="healthCheckS"
          label={t('trunks/form/healthCheck')}
          numeric
        />
      )}
    </>
  )
}

function ProxySetting({ part }: { part: Part }) {
  const { t } = useTranslation()
  const at = {
    part,
    place: 'outboundProxy',
    host: part.draft.proxy,
    onChange: (host: HostDraft, about: string[]) => part.form.edit('proxy', host, about),
  }
  return (
    <>
      <HostField {...at} label={t('trunks/form/proxy')} hint={t('trunks/form/proxyHint')} />
      {part.draft.proxy.host !== '' && <ReachFields {...at} />}
    </>
  )
}
