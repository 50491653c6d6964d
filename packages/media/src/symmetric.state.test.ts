import { describe, expect, it } from 'vitest'
import {
  type Address,
  awaitSource,
  destinationOf,
  learnSource,
  type SourceInput,
  type SourceState,
} from './symmetric.state.ts'

const signalled: Address = { host: '192.0.2.1', port: 4000 }
const behindNat: Address = { host: '203.0.113.9', port: 61000 }
const attacker: Address = { host: '198.51.100.66', port: 5 }
const moved: Address = { host: '192.0.2.2', port: 4002 }

const rtp = (from: Address, sequence: number, ssrc = 1): SourceInput => ({
  type: 'packet',
  from,
  rtp: { ssrc, sequence },
})
const moving = (
  from: Address,
  sequence: number,
  { silentMs, ssrc = 1 }: { silentMs: number; ssrc?: number },
): SourceInput => ({ type: 'packet', from, rtp: { ssrc, sequence }, current: { ssrc: 1, silentMs } })
const noise = (from: Address): SourceInput => ({ type: 'packet', from, rtp: undefined })
const signal = (address: Address): SourceInput => ({ type: 'signalled', address })

function run(inputs: SourceInput[]): { state: SourceState; verdicts: string[] } {
  let state = awaitSource(signalled)
  const verdicts = inputs.map(input => {
    const step = learnSource(state, input)
    state = step.state
    return step.verdict
  })
  return { state, verdicts }
}

const A = 'accept'
const I = 'ignore'

describe('symmetric RTP (RFC 4961)', () => {
  it.each<{ title: string; inputs: SourceInput[]; verdicts: string[]; peer: Address; strangers: number }>([
    {
      title: 'before any packet, it sends to the signalled address',
      inputs: [],
      verdicts: [],
      peer: signalled,
      strangers: 0,
    },
    {
      title: 'upon one valid packet of the signalled address, it learns it',
      inputs: [rtp(signalled, 1), rtp(signalled, 2)],
      verdicts: [A, A],
      peer: signalled,
      strangers: 0,
    },
    {
      title: 'upon three consecutive packets of another address, it learns that (a peer behind a NAT)',
      inputs: [rtp(behindNat, 65534), rtp(behindNat, 65535), rtp(behindNat, 0), rtp(behindNat, 1)],
      verdicts: [I, I, A, A],
      peer: behindNat,
      strangers: 2,
    },
    {
      title: 'packets that do not follow each other or change SSRC prove nothing',
      inputs: [
        rtp(attacker, 1),
        rtp(attacker, 7),
        rtp(attacker, 8, 2),
        rtp(attacker, 9, 3),
        rtp(attacker, 11, 3),
      ],
      verdicts: [I, I, I, I, I],
      peer: signalled,
      strangers: 5,
    },
    {
      title: 'the signalled address wins over a stranger that came first',
      inputs: [rtp(attacker, 1), rtp(attacker, 2), rtp(signalled, 50), rtp(attacker, 3), rtp(signalled, 51)],
      verdicts: [I, I, A, I, A],
      peer: signalled,
      strangers: 3,
    },
    {
      title: 'a stranger that sprays does not keep a peer behind a NAT from being learned',
      inputs: [
        rtp(attacker, 9),
        rtp(behindNat, 1),
        rtp(attacker, 3),
        rtp(behindNat, 2),
        rtp(attacker, 1),
        rtp(behindNat, 3),
      ],
      verdicts: [I, I, I, I, I, A],
      peer: behindNat,
      strangers: 5,
    },
    {
      title: 'once learned, everybody else is ignored and counted',
      inputs: [rtp(signalled, 1), rtp(attacker, 1), rtp(attacker, 2), rtp(attacker, 3), noise(attacker)],
      verdicts: [A, I, I, I, I],
      peer: signalled,
      strangers: 4,
    },
    {
      title:
        'a stranger who was learned gives way to the signalled address when that speaks, and never comes back',
      inputs: [
        rtp(attacker, 1),
        rtp(attacker, 2),
        rtp(attacker, 3),
        noise(signalled),
        rtp(signalled, 9, 2),
        rtp(attacker, 4),
        rtp(signalled, 10, 2),
      ],
      verdicts: [I, I, A, I, A, I, A],
      peer: signalled,
      strangers: 4,
    },
    {
      title: 'while the peer speaks, its stream does not go on from elsewhere',
      inputs: [rtp(signalled, 1), ...[2, 3, 4, 5].map(n => moving(behindNat, n, { silentMs: 2999 }))],
      verdicts: [A, I, I, I, I],
      peer: signalled,
      strangers: 4,
    },
    {
      title: 'after 3 s of silence the peer’s own stream may go on from elsewhere (a NAT lost its binding)',
      inputs: [rtp(signalled, 1), ...[2, 3, 4, 5].map(n => moving(behindNat, n, { silentMs: 3000 }))],
      verdicts: [A, I, I, A, A],
      peer: behindNat,
      strangers: 2,
    },
    {
      title: 'after any silence another stream does not take the place of the peer’s',
      inputs: [
        rtp(signalled, 1),
        ...[2, 3, 4, 5].map(n => moving(attacker, n, { silentMs: 60_000, ssrc: 6 })),
      ],
      verdicts: [A, I, I, I, I],
      peer: signalled,
      strangers: 4,
    },
    {
      title: 'after any silence packets that are no RTP, or fail SRTP, change nothing',
      inputs: [rtp(signalled, 1), noise(attacker), noise(attacker), noise(attacker)],
      verdicts: [A, I, I, I],
      peer: signalled,
      strangers: 3,
    },
    {
      title: 'the same host with another port is somebody else',
      inputs: [rtp(signalled, 1), rtp({ ...signalled, port: 4001 }, 2)],
      verdicts: [A, I],
      peer: signalled,
      strangers: 1,
    },
    {
      title: 'noise teaches nothing, from the signalled address either',
      inputs: [noise(signalled), noise(attacker)],
      verdicts: [I, I],
      peer: signalled,
      strangers: 2,
    },
    {
      title: 'upon a signalled update, it learns again',
      inputs: [rtp(signalled, 1), signal(moved), rtp(signalled, 2), rtp(moved, 9)],
      verdicts: [A, I, I, A],
      peer: moved,
      strangers: 1,
    },
    {
      title: 'a refresh with the same address keeps what was learned',
      inputs: [rtp(behindNat, 1), rtp(behindNat, 2), rtp(behindNat, 3), signal(signalled), rtp(behindNat, 4)],
      verdicts: [I, I, A, I, A],
      peer: behindNat,
      strangers: 2,
    },
  ])('$title', ({ inputs, verdicts, peer, strangers }) => {
    const end = run(inputs)
    expect(end.verdicts).toEqual(verdicts)
    expect(destinationOf(end.state)).toEqual(peer)
    expect(end.state.strangers).toBe(strangers)
  })

  it('remembers at most four strangers', () => {
    const { state } = run(Array.from({ length: 50 }, (_, i) => rtp({ host: 'h', port: i + 1 }, 1)))
    expect(state).toMatchObject({ status: 'awaiting', strangers: 50 })
    expect(state.status === 'awaiting' && state.candidates.length).toBe(4)
  })

  it('a packet of the learned peer costs no new state', () => {
    const { state } = run([rtp(signalled, 1)])
    expect(learnSource(state, rtp(signalled, 2)).state).toBe(state)
  })
})
