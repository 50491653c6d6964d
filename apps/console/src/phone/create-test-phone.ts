import type { ActiveCallView } from '@ringdown/contract'
import { createTestLive } from '../live/create-test-live.ts'
import { LiveClient } from '../live/index.ts'
import { createTestTime } from '../time/create-test-time.ts'
import type { MicrophoneAnswer } from './microphone.port.ts'
import { Microphone } from './microphone.ts'
import type { PeerEvents, PeerStats } from './peer.port.ts'
import { Phone } from './phone.ts'
import { RemoteAudio } from './remote-audio.ts'

type TestTrack = MediaStreamTrack & { stopped: boolean }

/** A microphone's track as far as the phone touches it. */
function createTestTrack(): TestTrack {
  const target = new EventTarget()
  const track = {
    enabled: true,
    stopped: false,
    stop: () => {
      track.stopped = true
    },
    addEventListener: target.addEventListener.bind(target),
    dispatchEvent: target.dispatchEvent.bind(target),
  }
  return track as unknown as TestTrack
}

export const noStats: PeerStats = {
  packetsReceived: 0,
  packetsLost: 0,
  jitterMs: null,
  roundTripMs: null,
  sentLossPercent: null,
  sentJitterMs: null,
}

/** A peer that connects when the test says so, and remembers what it was given to send. */
function createTestPeers() {
  const peers: {
    events: PeerEvents
    sent: (MediaStreamTrack | null)[]
    spoken: string[]
    answers: string[]
    stats: PeerStats
    closed: boolean
  }[] = []
  const create = (events: PeerEvents) => {
    const peer = {
      events,
      sent: [],
      spoken: [],
      answers: [],
      stats: { ...noStats },
      closed: false,
    } as (typeof peers)[number]
    peers.push(peer)
    return {
      offer: async () => `offer ${peers.length}`,
      answer: async (sdp: string) => {
        peer.answers.push(sdp)
      },
      send: async (track: MediaStreamTrack | null) => {
        peer.sent.push(track)
      },
      speak: async (codec: string) => {
        peer.spoken.push(codec)
      },
      stats: async () => ({ ...peer.stats }),
      close: () => {
        peer.closed = true
      },
    }
  }
  const last = () => {
    const peer = peers.at(-1)
    if (!peer) throw new Error('no peer was made')
    return peer
  }
  return { peers, create, last }
}

/** A phone between a test gateway and a test browser. */
export function createTestPhone() {
  const gateway = createTestLive()
  const time = createTestTime()
  const live = new LiveClient({
    openSocket: gateway.open,
    sessionIsMissing: async () => false,
    onSessionMissing: () => {},
    time,
    random: () => 0,
  })
  const browser = createTestPeers()
  const tracks: TestTrack[] = []
  const door: { problem: Extract<MicrophoneAnswer, { ok: false }> | null } = { problem: null }
  const microphone = new Microphone({
    open: async () => {
      if (door.problem) return door.problem
      const track = createTestTrack()
      tracks.push(track)
      return { ok: true, track }
    },
    constraints: () => ({}),
  })
  const sink = { srcObject: null, muted: false, play: async () => {} }
  const phone = new Phone({
    live,
    microphone,
    audio: new RemoteAudio(sink),
    createPeer: browser.create,
    page: 'page',
    time,
    random: () => 0,
  })
  live.start()
  gateway.last().events.opened()
  const settle = () => time.advance(0)
  return {
    gateway,
    time,
    live,
    phone,
    microphone,
    door,
    tracks,
    sink,
    browser,
    settle,
    /** Takes the line from opening to up. */
    connectLine: async () => {
      await settle()
      gateway.answer('open line', { ok: true, answer: 'answer' })
      await settle()
      browser.last().events.state('connected')
      await settle()
    },
  }
}

/** A call as its operator's page is shown it. */
export function createTestActiveCall(fields: Partial<ActiveCallView> = {}, muted = false): ActiveCallView {
  return {
    call: 'k1',
    caller: { mask: 'Amber Heron 41', earlierCalls: 0 },
    identity: null,
    direction: 'in',
    progress: null,
    queue: 'Main',
    state: 'connected',
    connectedAt: 0,
    wrapUpUntil: null,
    participants: [{ role: 'operator', name: 'Ana', muted, present: true }],
    callerQuality: null,
    ...fields,
  }
}
