import { testMatrix } from './matrix.ts'

// kill -9 of the worker, at every moment of every call.
testMatrix('worker 0')
