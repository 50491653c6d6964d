export { createBrowserSoundTest } from './browser-sound-test.ts'
export { type Device, Devices } from './devices.ts'
export { SoundSettings } from './SoundSettings.tsx'
export { SoundTest } from './sound-test.ts'
