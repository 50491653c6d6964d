import type { MediaPort, RtpSettings } from '../../media/worker.port.ts'
import type { LegDriver, LegMedia } from '../leg.port.ts'

/** Opens a leg's audio at the worker that was ordered. Throws when it cannot. */
export async function openRtp(
  media: Pick<MediaPort, 'command'>,
  { call, endpoint, worker, port }: Parameters<LegDriver['openMedia']>[0],
  settings: RtpSettings,
): Promise<LegMedia> {
  const answer = await media.command(worker, {
    type: 'open rtp',
    endpoint,
    call,
    ...(port === undefined ? {} : { port }),
    settings,
  })
  if (!answer.ok || answer.type !== 'rtp') throw new Error(answer.ok ? answer.type : answer.code)
  return { worker, endpoint, local: answer.local }
}
