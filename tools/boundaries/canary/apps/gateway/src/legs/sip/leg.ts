// Planted: legs-know-only-ports. Through its door, so that no other rule is broken.
import { hold } from '../../calls/index.ts'

export const leg = hold
