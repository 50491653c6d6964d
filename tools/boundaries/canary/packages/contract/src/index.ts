// Planted: packages-know-no-app.
import { main } from '../../../apps/gateway/src/main.ts'

export const contract = main
