import type { SocketTaken } from '../worker.port.ts'
import { CarrierStreams } from './carrier-streams.ts'
import { loadClips } from './clips.ts'
import { Clock } from './clock.ts'
import { Commands } from './commands.ts'
import { ControlDoor } from './control-door.ts'
import { loadOpus } from './opus-voice.ts'
import { Router, TURN_MS } from './router.ts'
import { RtpPorts } from './rtp-ports.ts'
import type { WorkerSettings } from './settings.rules.ts'

export type MediaWorker = {
  /** A message of the supervisor, with the carrier socket it hands over; returns what the supervisor is to be told. */
  receive(message: unknown, socket: unknown): SocketTaken | undefined
  /** ms since the last control left; undefined while one is connected. */
  controlAwayFor(): number | undefined
  /** Ends every endpoint towards its peer and stops listening. */
  stop(): Promise<void>
}

/** ms for the last packets (RTCP BYE, DTLS and WebSocket closes) to leave. */
const FAREWELL_MS = 200

/** Puts a worker together and opens its door. */
export async function startWorker(settings: WorkerSettings): Promise<MediaWorker> {
  const clock = new Clock()
  const clips = loadClips(settings.prompts)
  await loadOpus()
  const door: ControlDoor = new ControlDoor({
    path: settings.socketPath,
    run: command => commands.run(command),
  })
  const emit = door.emit.bind(door)
  const router = new Router({ clock, clips, emit })
  const ports = new RtpPorts({
    hosts: settings.mediaHosts,
    ...settings.mediaPorts,
    begin: Math.random(),
    now: () => clock.now,
  })
  const streams = new CarrierStreams({ clock, emit })
  const onStreamRefused = (reason: string) => emit({ type: 'stream refused', reason })
  const commands = new Commands({ settings, clock, router, ports, streams, onStreamRefused })
  await door.listen()
  const turns = setInterval(() => router.takeTurn(clock.now), TURN_MS)
  return {
    receive: (message, socket) => streams.receive(message, socket),
    controlAwayFor: () => door.awayFor(clock.now),
    stop: async () => {
      clearInterval(turns)
      router.closeAll('the gateway stops')
      streams.closeAll('the gateway stops')
      clock.stop()
      door.close()
      await new Promise(resolve => setTimeout(resolve, FAREWELL_MS))
    },
  }
}
