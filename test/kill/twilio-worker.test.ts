import { testTwilioMatrix } from './twilio-matrix.ts'

testTwilioMatrix('worker 0')
