import { trunkList, trunkView } from '@ringdown/contract'
import { ask, type Reader } from '../gateway/index.ts'
import type { TrunksPort } from './trunks.port.ts'

const path = '/api/v1/trunks'

/** Trunks over HTTP, as whoever is signed in at this page. */
export function createBrowserTrunks(): TrunksPort {
  const one: Reader<ReturnType<typeof trunkView.parse>> = body => trunkView.safeParse(body).data
  const at = (id: string) => `${path}/${encodeURIComponent(id)}`
  return {
    list: () => ask({ method: 'GET', path }, body => trunkList.safeParse(body).data?.trunks),
    add: change => ask({ method: 'POST', path, body: change }, one),
    change: (id, change) => ask({ method: 'PUT', path: at(id), body: change }, one),
    remove: id => ask({ method: 'DELETE', path: at(id) }, () => null),
  }
}
