export { demo, demoPeople } from './demo.rules.ts'
export { seedDemo } from './seed-demo.repository.ts'
