/** The server refused something; the message is for the person at the telephone. */
export class Refusal extends Error {}

const reconnectingMs = 5_000

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  }).catch(() => {
    throw new Refusal('The demo does not answer. Is it still running?')
  })
  if (answer.status === 204) return undefined
  const value = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Refusal(value.message ?? 'Something failed.')
  return value
}

function gathered(connection) {
  if (connection.iceGatheringState === 'complete') return Promise.resolve()
  return new Promise(resolve => {
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState === 'complete') resolve()
    })
  })
}

/**
 * Places a call. `microphone` is a MediaStream, or null to listen only. `onState` hears
 * preparing, calling, ringing, talking, ended; `onSound` gets the other side's MediaStream.
 */
export async function placeCall({ to, from, microphone, onState, onSound }) {
  const { id, sdp } = await post('/phone/calls', { to, from, listenOnly: microphone === null })
  const connection = new RTCPeerConnection()
  const events = new EventSource(`/phone/calls/${id}/events`)
  let isOver = false
  let hasHungUp = false
  let givingUp

  function end(state) {
    if (isOver) return
    isOver = true
    clearTimeout(givingUp)
    events.close()
    connection.close()
    onState(state)
  }

  events.addEventListener('message', event => {
    const state = JSON.parse(event.data)
    const isStopping = state.by === 'us' && !hasHungUp
    if (state.state === 'ended') end(isStopping ? { ...state, by: 'demo' } : state)
    else onState(state)
  })
  // The browser connects again by itself, unless the call is gone, or what it was connected to.
  events.addEventListener('open', () => clearTimeout(givingUp))
  events.addEventListener('error', () => {
    clearTimeout(givingUp)
    const isRefused = events.readyState === EventSource.CLOSED
    givingUp = setTimeout(() => end({ state: 'ended', by: 'silence' }), isRefused ? 0 : reconnectingMs)
  })
  connection.addEventListener('track', ({ track }) => onSound(new MediaStream([track])))

  try {
    await connection.setRemoteDescription({ type: 'offer', sdp })
    for (const track of microphone?.getAudioTracks() ?? []) connection.addTrack(track, microphone)
    await connection.setLocalDescription(await connection.createAnswer())
    await gathered(connection)
    await post(`/phone/calls/${id}/answer`, { sdp: connection.localDescription.sdp })
  } catch (error) {
    void post(`/phone/calls/${id}/hang-up`).catch(() => {})
    end({ state: 'ended', by: 'us' })
    throw error
  }

  return {
    pressKey: digit => void post(`/phone/calls/${id}/digits`, { digits: digit }).catch(() => {}),
    hangUp: () => {
      hasHungUp = true
      return post(`/phone/calls/${id}/hang-up`).catch(() => end({ state: 'ended', by: 'silence' }))
    },
  }
}
