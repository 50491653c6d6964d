export { createTrunkDirectory } from './trunk.repository.ts'
