// Planted: contexts-have-one-door.
import { hold } from '../calls/hold.ts'

export const queue = hold
