export { createTrunkDirectory } from './trunk.repository.ts'
export { trunkRoutes } from './trunk.routes.ts'
export { createTrunksRepository, newTrunkId } from './trunks.repository.ts'
export { createTrunks, type Trunks } from './trunks.usecases.ts'
