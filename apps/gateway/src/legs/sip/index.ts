export { createDigestCrypto } from './crypto/digest-crypto.ts'
export type { SipDriver } from './sip-driver.ts'
export { createSipDriver } from './sip-driver.ts'
export { type SipListenError, TlsFilesError } from './transports/transport.errors.ts'
