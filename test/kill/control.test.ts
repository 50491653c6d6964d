import { testMatrix } from './matrix.ts'

// kill -9 of the control, at every moment of every call.
testMatrix('control')
