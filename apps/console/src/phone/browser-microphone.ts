import type { MicrophoneProblem, OpenMicrophone } from './microphone.port.ts'

/** Names of W3C mediacapture-streams §10.3 (`getUserMedia`). */
const problems: Record<string, MicrophoneProblem> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

export const openBrowserMicrophone: OpenMicrophone = async constraints => {
  // Browsers hide the whole interface from pages that came over plain HTTP from elsewhere than this computer.
  if (!navigator.mediaDevices) return { ok: false, problem: 'insecure' }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: constraints })
    const [track] = stream.getAudioTracks()
    return track ? { ok: true, track } : { ok: false, problem: 'missing' }
  } catch (error) {
    const name = error instanceof DOMException ? error.name : ''
    return { ok: false, problem: problems[name] ?? 'unknown' }
  }
}
