import { preferTelephoneCodecs } from './codec.rules.ts'
import type { CreatePeer, Peer, PeerEvents } from './peer.port.ts'
import type { RelayConfiguration } from './relays.ts'
import { SendingCodec } from './sending-codec.ts'
import { readStats } from './stats.rules.ts'

/** Candidates of a host are there within milliseconds; a silent STUN or TURN server must not hold the line up. */
const gatherWithinMs = 3_000

type Ways = () => Promise<RelayConfiguration>

/** The browser's own WebRTC connections: one audio line both ways, silent until a track is given. */
export const browserPeers = (ways: Ways): CreatePeer => {
  return events => createBrowserPeer(events, ways)
}

function createBrowserPeer(events: PeerEvents, ways: Ways): Peer {
  const fixed = { bundlePolicy: 'max-bundle' } as const
  const connection = new RTCPeerConnection(fixed)
  const transceiver = connection.addTransceiver('audio', { direction: 'sendrecv' })
  const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs
  if (codecs) transceiver.setCodecPreferences(preferTelephoneCodecs(codecs))
  const codec = new SendingCodec({ connection, sender: transceiver.sender })

  connection.onconnectionstatechange = () => {
    const state = connection.connectionState
    if (state === 'connected' || state === 'disconnected' || state === 'failed') events.state(state)
  }
  connection.ontrack = event => events.audio(new MediaStream([event.track]))

  return {
    offer: async () => {
      connection.setConfiguration({ ...fixed, ...(await ways()) })
      await connection.setLocalDescription(await connection.createOffer())
      await gathered(connection)
      return connection.localDescription?.sdp ?? ''
    },
    answer: async sdp => {
      await connection.setRemoteDescription({ type: 'answer', sdp })
      // A browser that cannot change what it sends is heard all the same.
      await codec.answered(sdp).catch(() => {})
    },
    send: track => transceiver.sender.replaceTrack(track),
    speak: wanted => codec.choose(wanted),
    stats: async () => readStats((await connection.getStats()).values()),
    close: () => {
      connection.onconnectionstatechange = null
      connection.ontrack = null
      connection.close()
    },
  }
}

function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === 'complete') return Promise.resolve()
  return new Promise(resolve => {
    const timer = setTimeout(resolve, gatherWithinMs)
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState !== 'complete') return
      clearTimeout(timer)
      resolve()
    })
  })
}
