import {
  acceptsType,
  answerAudio,
  assertedIdentitiesOf,
  bodyPartsOf,
  contactExpiryOf,
  contactsOf,
  contentDispositionOf,
  createResponse,
  cryptoLines,
  decodePassport,
  decodeUtf8,
  dialogKeyOfRequest,
  diversionsOf,
  eventOf,
  fromOf,
  historyOf,
  infoDigitOf,
  type LocalAudio,
  minSeOf,
  nextNonceOf,
  parseAuthorization,
  parseChallenges,
  parseCrypto,
  parseIdentity,
  parseMessage,
  parseNameAddr,
  parseReplaces,
  parseSdp,
  parseUri,
  pathOf,
  preferredIdentitiesOf,
  privacyOf,
  rackOf,
  readAudioAnswer,
  readReferral,
  reasonsOf,
  recordRoutesOf,
  referToOf,
  refuseMedia,
  remotePartyIdsOf,
  replacesOf,
  retryAfterOf,
  routesOf,
  rseqOf,
  type SipMessage,
  screenRequest,
  serializeMessage,
  serializeSdp,
  serializeUri,
  serverTransactionKey,
  sessionExpiresOf,
  startVerification,
  subscriptionStateOf,
  toOf,
  verstatOf,
  viaList,
  warningsOf,
} from '@ringdown/sip'
import { expectSame, one, type Reader } from './reader.ts'

const CAPABILITIES = {
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'REGISTER', 'REFER', 'INFO', 'UPDATE', 'PRACK'],
  extensions: ['100rel', 'timer', 'replaces'],
  contentTypes: ['application/sdp', 'multipart/mixed'],
  schemes: ['sip', 'sips', 'tel'],
}

const LOCAL: LocalAudio = {
  codecs: ['opus', 'G722', 'PCMU', 'PCMA'],
  address: '192.0.2.1',
  port: 40_000,
  sessionId: '1',
  sessionVersion: 1,
  comfortNoise: true,
  rtcpMux: true,
  srtp: {
    policy: 'optional',
    keys: [{ suite: 'AES_CM_128_HMAC_SHA1_80', key: Buffer.alloc(30).toString('base64') }],
  },
}

const fieldReaders: readonly ((message: SipMessage) => unknown)[] = [
  ...[viaList, routesOf, recordRoutesOf, contactsOf, fromOf, toOf, privacyOf, remotePartyIdsOf],
  ...[assertedIdentitiesOf, preferredIdentitiesOf, diversionsOf, historyOf, eventOf, subscriptionStateOf],
  ...[retryAfterOf, pathOf, referToOf, replacesOf, warningsOf, reasonsOf, sessionExpiresOf, minSeOf],
  ...[rackOf, rseqOf, contentDispositionOf, bodyPartsOf],
]

function readFields(message: SipMessage): void {
  for (const read of fieldReaders) read(message)
  for (const contact of contactsOf(message)) contactExpiryOf(contact)
  acceptsType(message, 'application/sdp')
  if (message.kind === 'response') return
  screenRequest(message, CAPABILITIES)
  startVerification({ request: message, now: 1_700_000_000 })
  verstatOf(message, { trusted: true })
  infoDigitOf(message)
  readReferral(message)
  dialogKeyOfRequest(message)
  serverTransactionKey(message)
  parseMessage(serializeMessage(createResponse(message, 200, { toTag: 'ours' })), { transport: 'datagram' })
}

/** What was read can be written, and is then read as it was. */
function readMessage(bytes: Uint8Array): void {
  const result = parseMessage(bytes, { transport: 'datagram' })
  const message = result.ok ? result.message : result.salvage
  if (message !== undefined) readFields(message)
  if (!result.ok) return
  const written = serializeMessage(result.message)
  const again = parseMessage(written, { transport: 'stream' })
  if (!again.ok) throw new Error(`what was written is refused: ${again.reason}`)
  expectSame(serializeMessage(again.message), written, 'a message that was written twice')
}

function readSdp(bytes: Uint8Array): void {
  const result = parseSdp(bytes)
  if (!result.ok) return
  const { session } = result
  for (const media of session.media) cryptoLines(media)
  const answered = answerAudio(session, LOCAL)
  if (answered.ok && !parseSdp(serializeSdp(answered.answer)).ok) throw new Error('our own answer is refused')
  readAudioAnswer(session, LOCAL)
  serializeSdp(refuseMedia(session, LOCAL))
  if (!parseSdp(serializeSdp(session)).ok) throw new Error('what was written is refused')
}

function readField(bytes: Uint8Array): void {
  const text = decodeUtf8(bytes)
  for (const read of [parseAuthorization, parseChallenges, nextNonceOf, parseCrypto, parseReplaces])
    read(text)
  for (const read of [parseNameAddr, parseUri]) read(text)
  const uri = parseUri(text)
  if (uri !== undefined) serializeUri(uri)
  const identity = parseIdentity(text)
  if (identity !== undefined) decodePassport(identity)
}

export const SIP_READERS: readonly Reader[] = [
  { kinds: ['sip'], name: 'parseMessage and every header', read: one(readMessage) },
  { kinds: ['sip'], name: 'parseSdp of a message', read: one(readSdp) },
  { kinds: ['sdp'], name: 'parseSdp, answerAudio, readAudioAnswer', read: one(readSdp) },
  { kinds: ['field'], name: 'digest, identity, addresses, keys', read: one(readField) },
]
