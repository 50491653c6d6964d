import type { TrunkHost } from '@ringdown/contract'
import { type Candidate, type Flow, parseUri, type Uri } from '@ringdown/sip'
import { locationUri } from './trunk-requests.rules.ts'

/** Where requests to a host go, in order (RFC 3263); empty: it is not found. Never rejects. */
export function createLocateHost(locator: { locate(uri: Uri): Promise<readonly Candidate[]> }) {
  return async (host: TrunkHost): Promise<readonly Flow[]> => {
    const uri = parseUri(locationUri(host))
    if (!uri) return []
    try {
      return await locator.locate(uri)
    } catch {
      return []
    }
  }
}
