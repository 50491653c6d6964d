// Planted: imports-resolve. Plain JavaScript, because the compiler would find it too.
import { nothing } from './nowhere.js'

export const lost = nothing
