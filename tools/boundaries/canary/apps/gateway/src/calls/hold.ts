import { resume } from './resume.ts'

// Planted: no-cycles.
export const hold = (): unknown => resume
