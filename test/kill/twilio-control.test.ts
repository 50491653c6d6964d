import { testTwilioMatrix } from './twilio-matrix.ts'

testTwilioMatrix('control')
