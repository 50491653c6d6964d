/** Where packets come from. */
export type Address = { readonly host: string; readonly port: number }

/** A stranger whose packets look right, while the signalled address is silent. */
type Candidate = {
  readonly address: Address
  readonly ssrc: number
  readonly sequence: number
  readonly packets: number
}

/** `awaiting`: nobody heard yet, send to the signalled address. `learned`: only this peer is listened to. */
export type SourceState =
  | {
      readonly status: 'awaiting'
      readonly signalled: Address
      readonly candidates: readonly Candidate[]
      readonly strangers: number
    }
  | {
      readonly status: 'learned'
      readonly signalled: Address
      readonly peer: Address
      /** Who sends the peer's stream from elsewhere, while the peer is silent. */
      readonly candidates: readonly Candidate[]
      readonly strangers: number
    }

export type SourceInput =
  /** An offer or answer named this address. */
  | { readonly type: 'signalled'; readonly address: Address }
  /** A datagram came. `rtp` is undefined unless it parsed and its payload type was negotiated. */
  | {
      readonly type: 'packet'
      readonly from: Address
      readonly rtp: { ssrc: number; sequence: number } | undefined
      /** The learned peer's stream, and ms since it was last heard; left out, a learned peer is never left. */
      readonly current?: { readonly ssrc: number; readonly silentMs: number } | undefined
    }

export type SourceVerdict = 'accept' | 'ignore'

export type SourceStep = { readonly state: SourceState; readonly verdict: SourceVerdict }

// A peer behind a NAT sends from an address it did not name. It must show this many consecutive packets of
// one SSRC, so that a stray or guessed packet cannot take the call's audio away; the signalled address needs
// only one.
const CONSECUTIVE_PACKETS = 3
const MAX_CANDIDATES = 4
/** ms after which a stream may go on from another address: a NAT has lost its binding, or a telephone its network. */
export const SOURCE_SILENCE_MS = 3000

/** The state before any packet. */
export function awaitSource(signalled: Address): SourceState {
  return { status: 'awaiting', signalled, candidates: [], strangers: 0 }
}

/** Where to send: the learned peer, else the signalled address (RFC 4961). */
export function destinationOf(state: SourceState): Address {
  return state.status === 'learned' ? state.peer : state.signalled
}

/**
 * Symmetric RTP (RFC 4961), as strict as it can be: learns its peer once and then ignores everybody else, until
 * signalling names another address, the named one speaks after all, or the peer has been silent for
 * {@link SOURCE_SILENCE_MS} and its own stream (the SSRC that nobody else knows) goes on from elsewhere. What fails SRTP
 * is no RTP here. `strangers` counts the ignored datagrams. A packet of the learned peer returns the same state object.
 */
export function learnSource(state: SourceState, input: SourceInput): SourceStep {
  if (input.type === 'signalled') return { state: resignal(state, input.address), verdict: 'ignore' }
  return state.status === 'learned' ? learned(state, input) : awaiting(state, input)
}

type Awaiting = Extract<SourceState, { status: 'awaiting' }>
type Learned = Extract<SourceState, { status: 'learned' }>
type PacketInput = Extract<SourceInput, { type: 'packet' }>

function isSame(a: Address, b: Address): boolean {
  return a.port === b.port && a.host === b.host
}

// A repeated address is a refreshed session (RFC 4028), not a moved peer: what was learned stays.
function resignal(state: SourceState, address: Address): SourceState {
  if (isSame(state.signalled, address)) return state
  return { ...awaitSource(address), strangers: state.strangers }
}

// Who has our port after somebody else may hear that one's telephone first, which nobody has told of the end: it must not keep
// the place of the one that signalling names.
function learned(state: Learned, input: PacketInput): SourceStep {
  const { peer, signalled } = state
  if (input.rtp !== undefined && !isSame(peer, signalled) && isSame(input.from, signalled))
    return learn(state, signalled)
  if (isSame(peer, input.from)) return { state, verdict: input.rtp === undefined ? 'ignore' : 'accept' }
  const { rtp, current } = input
  const hasMoved = rtp !== undefined && rtp.ssrc === current?.ssrc && current.silentMs >= SOURCE_SILENCE_MS
  return hasMoved ? consider(state, input.from, rtp) : ignore(state)
}

function awaiting(state: Awaiting, input: PacketInput): SourceStep {
  const { rtp, from } = input
  if (rtp === undefined) return ignore(state)
  if (isSame(state.signalled, from)) return learn(state, from)
  return consider(state, from, rtp)
}

function consider(state: SourceState, from: Address, rtp: { ssrc: number; sequence: number }): SourceStep {
  const known = state.candidates.find(candidate => isSame(candidate.address, from))
  if (known === undefined && state.candidates.length === MAX_CANDIDATES) return ignore(state)
  const follows = known?.ssrc === rtp.ssrc && rtp.sequence === ((known.sequence + 1) & 0xffff)
  const packets = follows ? known.packets + 1 : 1
  if (packets === CONSECUTIVE_PACKETS) return learn(state, from)
  const candidate = { address: from, ssrc: rtp.ssrc, sequence: rtp.sequence, packets }
  return ignore({ ...state, candidates: [...state.candidates.filter(other => other !== known), candidate] })
}

function learn(state: SourceState, peer: Address): SourceStep {
  const { signalled, strangers } = state
  return { state: { status: 'learned', signalled, peer, candidates: [], strangers }, verdict: 'accept' }
}

function ignore(state: SourceState): SourceStep {
  return { state: { ...state, strangers: state.strangers + 1 }, verdict: 'ignore' }
}
