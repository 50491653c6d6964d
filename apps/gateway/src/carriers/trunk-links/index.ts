export { createBindingsFile } from './bindings-file.ts'
export { createLocateHost } from './locate-host.ts'
export { readLinkedTrunks } from './trunk-links.repository.ts'
export { createTrunkLinks, type TrunkLinks } from './trunk-links.ts'
