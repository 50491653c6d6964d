export * from './audio/level.ts'
export * from './audio/wav.ts'
