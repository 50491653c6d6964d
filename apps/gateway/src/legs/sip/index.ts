export { createDigestCrypto } from './crypto/digest-crypto.ts'
export type { SipDriver } from './sip-driver.ts'
export { createSipDriver } from './sip-driver.ts'
