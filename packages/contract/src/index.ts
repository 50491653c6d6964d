import { z } from 'zod'

// The console's Content-Security-Policy forbids code from strings; zod would try, and the browser would report it.
z.config({ jitless: true })

export * from './devices.ts'
export * from './endings.ts'
export * from './errors.ts'
export * from './http.ts'
export * from './live.ts'
export * from './trunks.ts'
