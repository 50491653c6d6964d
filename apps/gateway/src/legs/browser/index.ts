export type { LineEnd, Lines } from './lines.ts'
export { createLines } from './lines.ts'
