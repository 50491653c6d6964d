import { testMatrix } from './matrix.ts'

// kill -9 of the database, at every moment of every call.
testMatrix('database')
