import { hold } from './hold.ts'

export const resume = (): unknown => hold
