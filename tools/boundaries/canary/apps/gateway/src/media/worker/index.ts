// Planted: workers-know-no-database.
import { client } from '../../database/index.ts'

export const worker = client
