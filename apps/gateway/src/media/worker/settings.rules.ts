import { isIP } from 'node:net'
import { z } from 'zod'

/** What the supervisor gives a worker through its environment. */
export type WorkerSettings = {
  index: number
  /** Unix socket to listen on for control. */
  socketPath: string
  /** This worker's own slice of RTP ports, both included. */
  mediaPorts: { from: number; to: number }
  /** The one UDP port that all browsers of this worker share. */
  webrtcPort: number
  /** Address by which browsers reach this machine where it is not its own. */
  publicIp: string | undefined
  /** Addresses to bind for media, by version of IP. */
  mediaHosts: { 4: string; 6: string }
  /** Folder of the clips. */
  prompts: string
}

const port = z.coerce.number().int().min(1).max(65535)
const ip = z.string().refine(text => isIP(text) !== 0, 'must be an IP address')

const variables = z.object({
  RINGDOWN_WORKER_INDEX: z.coerce.number().int().min(0),
  // sun_path holds 108 bytes with its end (unix(7)).
  RINGDOWN_WORKER_SOCKET: z.string().min(1).max(107),
  RINGDOWN_MEDIA_PORT_FROM: port,
  RINGDOWN_MEDIA_PORT_TO: port,
  RINGDOWN_WEBRTC_PORT: port,
  RINGDOWN_PUBLIC_IP: z.union([z.literal(''), ip]).default(''),
  RINGDOWN_MEDIA_HOST: z.ipv4().default('127.0.0.1'),
  RINGDOWN_MEDIA_HOST_IPV6: z.ipv6().default('::1'),
  RINGDOWN_PROMPTS: z.string().optional(),
})

/**
 * @param standardPrompts folder of the clips where the environment names none
 * @throws Error that names the variables that cannot be used
 */
export function readWorkerSettings(
  environment: Readonly<Record<string, string | undefined>>,
  standardPrompts: string,
): WorkerSettings {
  const read = variables.safeParse(environment)
  if (!read.success) {
    const names = read.error.issues.map(issue => issue.path.join('.'))
    throw new Error(`a media worker cannot start with these variables: ${[...new Set(names)].join(', ')}`)
  }
  const settings = read.data
  return {
    index: settings.RINGDOWN_WORKER_INDEX,
    socketPath: settings.RINGDOWN_WORKER_SOCKET,
    mediaPorts: { from: settings.RINGDOWN_MEDIA_PORT_FROM, to: settings.RINGDOWN_MEDIA_PORT_TO },
    webrtcPort: settings.RINGDOWN_WEBRTC_PORT,
    publicIp: settings.RINGDOWN_PUBLIC_IP === '' ? undefined : settings.RINGDOWN_PUBLIC_IP,
    mediaHosts: { 4: settings.RINGDOWN_MEDIA_HOST, 6: settings.RINGDOWN_MEDIA_HOST_IPV6 },
    prompts: settings.RINGDOWN_PROMPTS ?? standardPrompts,
  }
}
