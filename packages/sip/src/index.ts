// The public door of @ringdown/sip. Everything is pure: no sockets, no clocks, no Node types.

export { type CallAgent, type CallAgentPorts, createCallAgent } from './call/agent.ts'
export type {
  Call,
  CallInput,
  CallStep,
  EarlyDialog,
  Incoming,
  Outgoing,
  OutgoingOrder,
  Target,
} from './call/call.ts'
export { declineAnswer } from './call/decline-answer.ts'
export { type IncomingStart, startIncoming } from './call/incoming.ts'
export { notAnswered } from './call/outcome.ts'
export { startOutgoing } from './call/outgoing.ts'
export { resumeCall } from './call/resume.ts'
export { callTransition } from './call/transition.ts'
export { confirmDialog, createUacDialog, createUasDialog, refreshTarget } from './dialog/create.ts'
export type { Dialog, DialogErrorCode, DialogResult } from './dialog/dialog.ts'
export { createAck, createInDialogRequest, nextHop } from './dialog/in-dialog-request.ts'
export {
  dialogKey,
  dialogKeyOfRequest,
  dialogKeyOfResponse,
  type InDialogVerdict,
  receiveInDialog,
} from './dialog/match.ts'
export { parseAuthorization, serializeAuthorization } from './digest/authorization.ts'
export { parseChallenges, serializeChallenge } from './digest/challenge.ts'
export {
  answerChallenge,
  authorize,
  type DigestAnswer,
  type DigestClientError,
  takeNextNonce,
} from './digest/client.ts'
export type { DigestCredential, DigestSession, DigestTarget } from './digest/credentials.ts'
export type { DigestAuthorization, DigestChallenge, DigestCrypto, DigestHash } from './digest/digest.ts'
export { nextNonceOf, serializeNextNonce } from './digest/info.ts'
export { createNonce, issueTimeOf, type NonceBinding, type NonceCrypto } from './digest/nonce.ts'
export { createNonceCounts, type NonceCounts, type NonceUse } from './digest/nonce-counts.ts'
export { passwordHash } from './digest/response.ts'
export {
  checkCredentials,
  createChallenges,
  type DigestPolicy,
  type DigestRefusal,
  type DigestServerCrypto,
  type DigestVerdict,
  readCredentials,
} from './digest/server.ts'
export { type InfoDigit, infoDigitOf, infoDigitOrder } from './digits/info-digits.ts'
export {
  type Attestation,
  type CallerIdentity,
  type FailureReason,
  identityStatus,
  identityWord,
  type UnverifiedReason,
} from './identity/identity.ts'
export { type IdentityHeader, parseIdentity } from './identity/identity-header.ts'
export { type CompleteNumber, canonicalNumber } from './identity/parties.ts'
export { decodePassport, type Party, type Passport, type PassportResult } from './identity/passport.ts'
export {
  startVerification,
  type VerifyEffect,
  type VerifyInput,
  type VerifyState,
  type VerifyStep,
  verify,
} from './identity/verify.ts'
export { readVerstat, verstatOf } from './identity/verstat.ts'
export type {
  Flow,
  LayerEvent,
  LayerPorts,
  LayerStats,
  TransactionId,
  TransactionLayer,
  TransactionSnapshot,
  TransportName,
} from './layer/ports.ts'
export { createTransactionLayer } from './layer/transaction-layer.ts'
export { isReliable, responseFlow, stampSource } from './layer/via-routing.ts'
export { createDnsCache, type DnsCache, type DnsCacheOptions } from './locate/dns-cache.ts'
export {
  type AfterAttempt,
  type AttemptOutcome,
  type Attempts,
  afterAttempt,
  isHostFailure,
  startAttempts,
} from './locate/failover.ts'
export type {
  Candidate,
  DnsRecord,
  LocateError,
  LocatePreferences,
  NaptrRecord,
  Outcome,
  Question,
  QuestionKind,
  SrvRecord,
} from './locate/locate.ts'
export {
  type LocateEffect,
  type LocateInput,
  type LocateState,
  type LocateStep,
  locate,
  placeKey,
  startLocate,
} from './locate/machine.ts'
export { createPenaltyBox, type PenaltyBox, type PenaltyOptions } from './locate/penalty-box.ts'
export { orderSrv } from './locate/srv-order.ts'
export {
  createAckForFailure,
  createCancel,
  createRequest,
  createResponse,
  type RequestOptions,
  type ResponseOptions,
  withVia,
} from './message/build.ts'
export { contactUri } from './message/contact-uri.ts'
export {
  assertedIdentitiesOf,
  preferredIdentitiesOf,
  privacyOf,
  type RemotePartyId,
  remotePartyIdsOf,
} from './message/fields/caller-identity.ts'
export { withoutComments } from './message/fields/comments.ts'
export {
  acceptsType,
  type ContentDisposition,
  contentDispositionOf,
  contentEncodingsOf,
  type MediaType,
  mediaTypeOf,
  parseMediaType,
} from './message/fields/content.ts'
export { type Diversion, diversionsOf, type HistoryEntry, historyOf } from './message/fields/diversion.ts'
export {
  type EventPackage,
  eventOf,
  type SubscriptionState,
  subscriptionStateOf,
} from './message/fields/events.ts'
export {
  contactExpiryOf,
  contactPriorityOf,
  expiresOf,
  minExpiresOf,
  type RetryAfter,
  retryAfterMs,
  retryAfterOf,
} from './message/fields/expiry.ts'
export {
  type BodyErrorCode,
  type BodyPart,
  type BodyResult,
  bodyOfType,
  bodyPartsOf,
  sessionDescriptionOf,
} from './message/fields/multipart.ts'
export { pathOf, serviceRouteOf } from './message/fields/registration-routes.ts'
export {
  parseReplaces,
  type Replaces,
  referredByOf,
  referToOf,
  replacesInUri,
  replacesOf,
} from './message/fields/transfer.ts'
export { type Warning, warningsOf } from './message/fields/warnings.ts'
export { findParam, type HostPort, paramValue, quote, unquote, withParam } from './message/grammar.ts'
export { canonicalName, header, headerLines } from './message/header-names.ts'
export {
  allowOf,
  type CSeq,
  callIdOf,
  contactsOf,
  contentLengthOf,
  contentTypeOf,
  cseqOf,
  fromOf,
  headerList,
  maxForwardsOf,
  recordRoutesOf,
  requireOf,
  routesOf,
  supportedOf,
  toOf,
  topVia,
  userAgentOf,
  viaList,
} from './message/headers.ts'
export {
  type Header,
  isProvisional,
  isSuccess,
  type Param,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message/message.ts'
export { type NameAddr, parseNameAddr, serializeNameAddr, tagOf, withTag } from './message/name-addr.ts'
export { parseMessage } from './message/parse.ts'
export {
  DEFAULT_LIMITS,
  type ParseFailure,
  type ParseLimits,
  type ParseReason,
  type ParseResult,
} from './message/parse-result.ts'
export { reasonPhrase } from './message/reasons.ts'
export {
  type Capabilities,
  type Screening,
  type ScreeningReason,
  screenRequest,
} from './message/screen-request.ts'
export { messageToText, serializeMessage } from './message/serialize.ts'
export { type Framed, StreamFramer } from './message/stream-framer.ts'
export {
  escapeUser,
  isLooseRouter,
  type OtherUri,
  parseUri,
  type SipUri,
  serializeUri,
  type TelUri,
  type Uri,
  unescapeUri,
  uriParam,
  uriTransport,
  uriUser,
} from './message/uri.ts'
export { sameUri } from './message/uri-compare.ts'
export { decodeUtf8, encodeUtf8 } from './message/utf8.ts'
export { branchOf, parseVia, receivedOf, serializeVia, type Via } from './message/via.ts'
export { notifyReferral, type Referral, readReferral } from './refer/referred.ts'
export {
  isAboutTransfer,
  referAnswered,
  referOrder,
  startTransfer,
  type Transfer,
  type TransferNews,
  type TransferStep,
  transferNotified,
} from './refer/referring.ts'
export {
  judgeReplaces,
  type ReplaceableDialog,
  type ReplacesVerdict,
  replaceableDialogs,
} from './refer/replaces.ts'
export { rackOf, rseqOf } from './reliable/headers.ts'
export {
  connectionOf,
  directionOf,
  fmtpOf,
  offersRtcpMux,
  ptimeOf,
  type RtpMap,
  rtcpAddressOf,
  rtcpPortOf,
  rtpMaps,
} from './sdp/attributes.ts'
export {
  type CryptoLine,
  cryptoLines,
  parseCrypto,
  SRTP_KEY_BYTES,
  type SrtpKey,
  type SrtpSuite,
} from './sdp/crypto.ts'
export { nextDescription } from './sdp/describe.ts'
export type {
  AnswerResult,
  CodecName,
  LocalAudio,
  NegotiatedAudio,
  NegotiatedCodec,
  NegotiatedSrtp,
  NegotiationResult,
} from './sdp/negotiated.ts'
export { answerAudio, offerAudio, readAudioAnswer, refuseMedia } from './sdp/offer-answer.ts'
export { parseSdp } from './sdp/parse.ts'
export { type SdpRefusal, sdpRefusal, warningHeader } from './sdp/refusal.ts'
export { serializeSdp } from './sdp/serialize.ts'
export type {
  SdpAttribute,
  SdpConnection,
  SdpDirection,
  SdpErrorCode,
  SdpLine,
  SdpMedia,
  SdpOrigin,
  SdpParseResult,
  SdpSession,
} from './sdp/session.ts'
export { type CallEffect, type CallTimer, localAnswer } from './session/effects.ts'
export { type CallEnding, type CallOutcome, type Reason, reasonsOf } from './session/ending-reasons.ts'
export type { CallEvent } from './session/events.ts'
export type { MediaState } from './session/media.ts'
export { SESSION_EXTENSIONS, SESSION_METHODS, type SessionProfile } from './session/profile.ts'
export type { OwnRequest, Session, SessionInput } from './session/session.ts'
export { minSeOf, type SessionExpires, sessionExpiresOf } from './session-timer/headers.ts'
export {
  answerTimer,
  expireAfter,
  LEAST_INTERVAL,
  refreshAfter,
  type SessionTimer,
  type SessionTimerWish,
  timerOfAnswer,
  timerRequestHeaders,
} from './session-timer/negotiate.ts'
export { startInviteClient } from './transaction/invite-client.ts'
export { startInviteServer } from './transaction/invite-server.ts'
export { clientTransactionKey, MAGIC_COOKIE, serverTransactionKey } from './transaction/key.ts'
export { startNonInviteClient } from './transaction/non-invite-client.ts'
export { startNonInviteServer } from './transaction/non-invite-server.ts'
export { T1, T2, T4, type TimerName } from './transaction/timers.ts'
export type {
  InviteClientState,
  InviteServerState,
  NonInviteClientState,
  NonInviteServerState,
  Step,
  TerminationReason,
  ToUser,
  TransactionEffect,
  TransactionInput,
  TransactionState,
} from './transaction/transaction.ts'
export { transition } from './transaction/transition.ts'
