import { type TrunkHost, trunkTransport } from '@ringdown/contract'
import { type Candidate, type Flow, type LocatePreferences, parseUri, type Uri } from '@ringdown/sip'
import { locationUri } from './trunk-requests.rules.ts'

/** DNS may name more (RFC 7118 §6). */
const reachable: LocatePreferences = { transports: trunkTransport.options, families: ['A', 'AAAA'] }

/** Where requests to a host go, in order (RFC 3263); empty: it is not found. Never rejects. */
export function createLocateHost(locator: {
  locate(uri: Uri, limited: LocatePreferences): Promise<readonly Candidate[]>
}) {
  return async (host: TrunkHost): Promise<readonly Flow[]> => {
    const uri = parseUri(locationUri(host))
    if (!uri) return []
    try {
      return await locator.locate(uri, reachable)
    } catch {
      return []
    }
  }
}
