import { type LiveMessage, liveVersion, type OperatorView } from '@ringdown/contract'
import type { LiveSocketEvents, OpenLiveSocket } from './live.port.ts'

/** A gateway for tests: remembers every socket and what was sent, and says what the test tells it to say. */
export function createTestLive() {
  const sockets: { events: LiveSocketEvents; sent: Record<string, unknown>[]; closed: boolean }[] = []
  const open: OpenLiveSocket = events => {
    const socket = { events, sent: [] as Record<string, unknown>[], closed: false }
    sockets.push(socket)
    return {
      send: text => {
        socket.sent.push(JSON.parse(text) as Record<string, unknown>)
      },
      close: () => {
        socket.closed = true
      },
    }
  }
  const last = () => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }
  const say = (message: LiveMessage) => last().events.message(JSON.stringify(message))
  const commandsOf = (type: string) =>
    sockets.flatMap(socket => socket.sent).filter(command => command.type === type)
  return {
    sockets,
    open,
    last,
    say,
    commandsOf,
    show: (view: Partial<OperatorView> = {}) =>
      say({ type: 'view', version: liveVersion, view: { ...createTestView(), ...view } }),
    /** Answers the last command of this type. */
    answer: (
      type: string,
      result:
        | { ok: true; answer?: string }
        | {
            ok: false
            code: 'operator.no-line' | 'operator.busy' | 'operator.no-phone' | 'line.refused' | 'call.gone'
          },
    ) => {
      const id = String(commandsOf(type).at(-1)?.id)
      say(
        result.ok
          ? {
              type: 'result',
              id,
              ok: true,
              ...(result.answer === undefined ? {} : { answer: result.answer }),
            }
          : { type: 'result', id, ok: false, error: { code: result.code, message: '' } },
      )
    },
  }
}

export function createTestView(fields: Partial<OperatorView> = {}): OperatorView {
  return {
    now: 1_000_000,
    operator: { id: 'op-1', name: 'Ana', status: 'offline' },
    organization: { id: 'org-1', name: 'Demo Hotline' },
    line: { id: null, state: 'none' },
    deskPhone: { answers: false, registered: 0 },
    offer: null,
    active: null,
    queue: [],
    recent: [],
    operatorsAvailable: 0,
    ...fields,
  }
}
