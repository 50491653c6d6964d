// Planted: composition-is-on-top.
import { gateway } from '../control/compose.ts'

export const vault = gateway
