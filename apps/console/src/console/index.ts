export { App } from './App.tsx'
export { assemble } from './assemble.ts'
export { connect } from './connect.ts'
