import type { BrowserFamily } from './browser-family.rules.ts'

/**
 * What to ask of the microphone (FEATURES OP-6): Safari gets no noise suppression and no gain control, Firefox no gain control.
 * With processing off (measurements, good headsets) the browser passes on what it hears.
 */
export function microphoneConstraints(args: {
  family: BrowserFamily
  processing: boolean
  device: string | null
}): MediaTrackConstraints {
  const { family, processing, device } = args
  return {
    channelCount: { ideal: 1 },
    echoCancellation: processing,
    noiseSuppression: processing && family !== 'safari',
    autoGainControl: processing && family === 'chromium',
    ...(device === null ? {} : { deviceId: { ideal: device } }),
  }
}
