export { hold } from './hold.ts'
