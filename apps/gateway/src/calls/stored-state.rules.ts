import type { CallState } from './call.state.ts'
import { callStateVersion } from './call.state.ts'

/**
 * A state as an entry holds it, made readable for this gateway. Older schema versions are lifted here, one step per version.
 * @throws when the entry was written by a newer gateway than this one: going back is not supported while its calls are open.
 */
export function readState(version: number, stored: unknown): CallState {
  if (version > callStateVersion) {
    throw new Error(
      `a journal entry has schema version ${version}; this gateway knows up to ${callStateVersion}: start the newer one`,
    )
  }
  return stored as CallState
}
