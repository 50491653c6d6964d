export { ActiveCall } from './ActiveCall.tsx'
export { CurrentCall } from './current-call.ts'
export { IncomingCall } from './IncomingCall.tsx'
