import type { TrunkTemplateName } from '@ringdown/contract'
import { useTranslation } from 'react-i18next'
import { Button, useFocusOnce } from '../ui/index.ts'
import { trunkTemplates } from './templates.rules.ts'

const groups = [
  { title: 'carriers', templates: ['twilio', 'telnyx', 'voip-ms', 'siproute'] },
  { title: 'switchboards', templates: ['asterisk', 'freeswitch', 'kamailio'] },
  { title: 'rest', templates: ['other'] },
] as const

/** The first question about a new trunk: what is on its other side. */
export function TemplateChoice({ onChoose }: { onChoose: (template: TrunkTemplateName) => void }) {
  const { t } = useTranslation()
  const heading = useFocusOnce<HTMLHeadingElement>()
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold outline-none">
        {t('trunks/choose/title')}
      </h1>
      <p className="text-quiet">{t('trunks/choose/lead')}</p>
      {groups.map(({ title, templates }) => (
        <section key={title} aria-labelledby={`templates-${title}`}>
          <h2 id={`templates-${title}`} className="mb-2 font-semibold">
            {t(`trunks/choose/${title}`)}
          </h2>
          <ul className="grid gap-2 sm:grid-cols-2">
            {templates.map(template => (
              <li key={template}>
                <Button
                  className="h-full w-full flex-col items-start gap-0 py-3 text-start"
                  onClick={() => onChoose(template)}
                >
                  {trunkTemplates[template].brand || t('trunks/choose/otherName')}
                  <span className="text-sm font-normal text-quiet">
                    {' '}
                    {t(`trunks/choose/note/${template}`)}
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}
