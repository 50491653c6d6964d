import type { Dialog } from '../dialog/dialog.ts'
import { allowOf } from '../message/headers.ts'
import type { SipMessage } from '../message/message.ts'
import { LEAST_INTERVAL } from '../session-timer/negotiate.ts'
import type { MediaState } from './media.ts'
import type { SessionProfile } from './profile.ts'
import type { Session } from './session.ts'

/** The session of a dialog that was just made; `from` is the peer's message that made it. */
export const createSession = ({
  dialog,
  profile,
  media,
  from,
}: {
  dialog: Dialog
  profile: SessionProfile
  media: MediaState
  from: SipMessage
}): Session => ({
  version: 1,
  phase: dialog.state,
  dialog,
  profile,
  peerAllows: allowOf(from),
  media,
  ours: [],
  minSe: profile.timer?.minSe ?? LEAST_INTERVAL,
})

/** What the peer's message says of what it takes; a message without Allow changes nothing. */
export function learnAllow(session: Session, message: SipMessage): Session {
  const peerAllows = allowOf(message)
  return peerAllows.length === 0 ? session : { ...session, peerAllows }
}
