/** Why there is no microphone, in the words the page explains. */
export type MicrophoneProblem = 'refused' | 'missing' | 'busy' | 'insecure' | 'unknown'

export type MicrophoneAnswer =
  | { ok: true; track: MediaStreamTrack }
  | { ok: false; problem: MicrophoneProblem }

export type OpenMicrophone = (constraints: MediaTrackConstraints) => Promise<MicrophoneAnswer>
