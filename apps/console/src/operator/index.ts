export { MicrophoneHelp } from './MicrophoneHelp.tsx'
export { Operator, type OperatorProblem } from './operator.ts'
export { StatusCard } from './StatusCard.tsx'
export { WrapUpCard } from './WrapUpCard.tsx'
