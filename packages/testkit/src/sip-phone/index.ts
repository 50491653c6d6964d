export type { PhoneSrtp } from './audio-protection.ts'
export { type CallEnd, SipCall } from './sip-call.ts'
export { type CallOptions, createSipPhone, type SipPhone, type SipPhoneOptions } from './sip-phone.ts'
