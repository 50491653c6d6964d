import type { Socket } from 'node:net'
import type { HandedOverSocket } from '../media/worker.port.ts'
import { readChildrenRecord } from './children-record.ts'
import { doorDescriptor, doorVariable } from './front-door.ts'
import { stopReading } from './handed-over-socket.ts'
import { endProcess } from './leftovers.ts'

export type SupervisorAttachment = {
  /** Control takes calls now. */
  ready(): void
  /** Gives a carrier's raw socket, before its 101, to a media worker. Detach every listener from it first. */
  handOver(message: HandedOverSocket, socket: Socket): void
  /** Control's last act, when its endings are written: where nobody is left to do it, ends the embedded database. */
  finish(): Promise<void>
}

/** Where control is to listen for HTTP: at the supervisor's door where it was given one, else at `address`. */
export function listenAddress<Address extends object>(
  address: Address,
  env: NodeJS.ProcessEnv,
): Address & { fd?: number } {
  return env[doorVariable] === String(doorDescriptor) ? { ...address, fd: doorDescriptor } : address
}

/**
 * Control's side of its supervisor. `onStop` is told how many ms calls may go on: the stop limit at first, 0 when it is
 * to end at once (a second signal, SIGTERM to control itself, or a supervisor that was killed). It may come twice.
 */
export function attachToSupervisor(args: {
  /** RINGDOWN_RUN, as the supervisor set it. */
  runDirectory: string
  onStop: (ms: number) => void
}): SupervisorAttachment {
  // A control that was started without a supervisor (a test) has no channel at all; it was not abandoned.
  const isSupervised = process.send !== undefined
  const isAbandoned = () => isSupervised && !process.connected
  process.on('message', message => {
    const drain = message as { type?: unknown; ms?: unknown } | null
    if (drain?.type === 'drain' && typeof drain.ms === 'number') args.onStop(drain.ms)
  })
  process.on('SIGTERM', () => args.onStop(0))
  process.once('disconnect', () => args.onStop(0))
  if (isAbandoned()) queueMicrotask(() => args.onStop(0))
  return {
    ready: () => void process.send?.({ type: 'ready' }, undefined, undefined, () => undefined),
    handOver: (message, socket) => {
      stopReading(socket)
      if (!process.connected) return void socket.destroy()
      process.send?.(message, socket, {}, error => void (error && socket.destroy()))
    },
    finish: async () => {
      if (isAbandoned()) await endProcess(readChildrenRecord(args.runDirectory).database, 'database')
    },
  }
}
