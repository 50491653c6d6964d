export { type Observable, Source } from './observable.ts'
export { useValue } from './use-value.ts'
