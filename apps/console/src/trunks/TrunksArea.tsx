import { useEffect } from 'react'
import type { Page } from '../pages/index.ts'
import { useValue } from '../view-model/index.ts'
import { LeaveQuestion } from './questions.tsx'
import { TrunkList, type TrunkPageProps } from './TrunkList.tsx'
import { TrunkPage } from './TrunkPage.tsx'

/** The pages about trunks, and the question before something typed is lost. */
export function TrunksArea(props: TrunkPageProps & { page: Extract<Page, { at: 'trunks' | 'trunk' }> }) {
  const { trunks, page } = props
  useEffect(() => trunks.watch(), [trunks])
  return page.at === 'trunks' ? <TrunkList {...props} /> : <TrunkPage key={page.id} {...props} id={page.id} />
}

/** Asks wherever somebody is about to go. */
export function LeavingTrunk({ form, pages }: Pick<TrunkPageProps, 'form' | 'pages'>) {
  const { leavingFor } = useValue(pages)
  if (!leavingFor) return null
  const leave = () => {
    form.discard()
    pages.show(leavingFor)
  }
  return <LeaveQuestion onStay={() => pages.stay()} onLeave={leave} />
}
