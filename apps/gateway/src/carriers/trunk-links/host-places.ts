import { trunkTransport } from '@ringdown/contract'
import { type Candidate, type Flow, type LocatePreferences, parseUri, type Uri } from '@ringdown/sip'
import type { LinkNeeds } from './trunk-links.port.ts'
import { locationUri } from './trunk-requests.rules.ts'

type PlaceFinder = {
  /** Rejects when a URI is not found. */
  locate(uri: Uri, limited: LocatePreferences): Promise<readonly Candidate[]>
  failed(place: Flow, forMs?: number): void
  answered(place: Flow): void
}

/** DNS may name more (RFC 7118 §6). */
const reachable: LocatePreferences = { transports: trunkTransport.options, families: ['A', 'AAAA'] }

/** Where hosts are (RFC 3263), by what the finder knows, and what is told it. */
export function createHostPlaces(finder: PlaceFinder): Pick<LinkNeeds, 'locate' | 'avoid' | 'reached'> {
  return {
    async locate(host) {
      const uri = parseUri(locationUri(host))
      if (!uri) return []
      try {
        return await finder.locate(uri, reachable)
      } catch {
        return []
      }
    },
    avoid: ({ flow, forMs }) => finder.failed(flow, forMs),
    reached: flow => finder.answered(flow),
  }
}
