import { deviceList, deviceMade } from '@ringdown/contract'
import { ask } from '../gateway/index.ts'
import type { DeskPhonesPort } from './desk-phones.port.ts'

const path = '/api/v1/devices'

/** Desk phones over HTTP, as whoever is signed in at this page. */
export function createBrowserDeskPhones(): DeskPhonesPort {
  return {
    list: () => ask({ method: 'GET', path }, body => deviceList.safeParse(body).data),
    add: order => ask({ method: 'POST', path, body: order }, body => deviceMade.safeParse(body).data),
    remove: id => ask({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }, () => null),
  }
}
