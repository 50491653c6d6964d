import type { OpenLiveSocket } from './live.port.ts'

/** Opens `/api/v1/live` of the gateway that served this page; the session cookie authenticates it. */
export const openBrowserSocket: OpenLiveSocket = events => {
  const url = new URL('/api/v1/live', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  socket.onopen = () => events.opened()
  socket.onclose = () => events.closed()
  socket.onmessage = event => {
    if (typeof event.data === 'string') events.message(event.data)
  }
  return {
    send: text => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close: () => socket.close(),
  }
}
