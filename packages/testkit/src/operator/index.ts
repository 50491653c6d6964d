export { type OperatorAccount, TestOperator } from './test-operator.ts'
