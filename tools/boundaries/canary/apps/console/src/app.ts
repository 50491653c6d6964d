// Planted: apps-are-apart.
import { main } from '../../gateway/src/main.ts'

export const app = main
