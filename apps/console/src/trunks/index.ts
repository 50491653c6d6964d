export { createBrowserTrunks } from './browser-trunks.ts'
export { LeavingTrunk, TrunksArea } from './TrunksArea.tsx'
export { TrunkForm } from './trunk-form.ts'
export { Trunks } from './trunks.ts'
