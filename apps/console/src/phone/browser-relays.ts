import { type RelayList, relayList } from '@ringdown/contract'
import { ask } from '../gateway/index.ts'

/** The gateway's relays, as whoever is signed in at this page; null: it does not say. Never rejects. */
export async function askForRelays(): Promise<RelayList | null> {
  const answer = await ask({ method: 'GET', path: '/api/v1/relays' }, body => relayList.safeParse(body).data)
  return answer.ok ? answer.value : null
}
