import { testTwilioTwice } from './twilio-matrix.ts'

testTwilioTwice()
