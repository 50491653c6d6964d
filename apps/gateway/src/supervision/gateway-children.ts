import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Config } from '../config/index.ts'
import type { Launch } from './child.port.ts'
import { launchProgram } from './child-process.ts'
import { launchDatabase, type RunningDatabase } from './database-child.ts'
import { createFrontDoor, doorDescriptor, doorVariable } from './front-door.ts'
import { divideMediaPorts, type WorkerPorts } from './media-ports.rules.ts'
import type { ChildName } from './supervision.state.ts'

const source = join(import.meta.dirname, '..')
const prompts = join(source, '../prompts')

// Calls that meet across workers need a link between them, which the worker's protocol does not have yet.
const usualWorkers = 1

export type EmbeddedDatabase = RunningDatabase & { urls: Record<string, string> }

/** The children of a real gateway: PostgreSQL (unless DATABASE_URL), media workers, control. */
export function gatewayChildren(args: {
  config: Config
  runDirectory: string
  startDatabase: () => Promise<EmbeddedDatabase>
}): Map<ChildName, Launch> {
  const { config, runDirectory } = args
  const ports = divideMediaPorts({ ...config.mediaPorts, workers: config.mediaWorkers ?? usualWorkers })
  const sockets = ports.map((_, index) => join(runDirectory, `worker-${index}.sock`))
  const launches = new Map<ChildName, Launch>()
  let urls: Record<string, string> | undefined
  if (config.databaseUrl === undefined) {
    const start = async () => {
      const server = await args.startDatabase()
      urls = server.urls
      return server
    }
    launches.set('database', launchDatabase(start))
  }
  for (const [index, socket] of sockets.entries()) {
    const env = workerEnvironment({ config, runDirectory, index, socket, ports: ports[index]! })
    launches.set(`worker ${index}`, launchWorker(env))
  }
  const door = createFrontDoor(config.http)
  const controlEnvironment = () => ({
    ...process.env,
    [doorVariable]: door.descriptor() === undefined ? undefined : String(doorDescriptor),
    RINGDOWN_RUN: runDirectory,
    RINGDOWN_WORKER_SOCKETS: JSON.stringify(sockets),
    ...(urls && { RINGDOWN_DATABASE_URLS: JSON.stringify(urls) }),
  })
  const control = { file: join(source, 'main.ts'), env: controlEnvironment, inherits: door.descriptor }
  launches.set('control', launchProgram(control))
  return launches
}

function launchWorker(env: NodeJS.ProcessEnv): Launch {
  return launchProgram({
    file: join(source, 'media/worker/main.ts'),
    imports: [pathToFileURL(join(import.meta.dirname, 'outlive-control.ts')).href],
    env: () => env,
  })
}

/** Chosen, not inherited: a worker has no use for the master key or the database's password. */
function workerEnvironment(args: {
  config: Config
  runDirectory: string
  index: number
  socket: string
  ports: WorkerPorts
}): NodeJS.ProcessEnv {
  const { config, ports } = args
  const publicIp = config.publicIp ?? (config.demo ? '127.0.0.1' : undefined)
  const { PATH, HOME, TMPDIR, TZ, LANG, NODE_OPTIONS } = process.env
  return {
    ...{ PATH, HOME, TMPDIR, TZ, LANG, NODE_OPTIONS },
    RINGDOWN_RUN: args.runDirectory,
    RINGDOWN_LOG_LEVEL: config.logLevel,
    RINGDOWN_WORKER_INDEX: String(args.index),
    RINGDOWN_WORKER_SOCKET: args.socket,
    RINGDOWN_MEDIA_PORT_FROM: String(ports.from),
    RINGDOWN_MEDIA_PORT_TO: String(ports.to),
    RINGDOWN_WEBRTC_PORT: String(ports.webrtc),
    RINGDOWN_MEDIA_HOST: config.demo ? '127.0.0.1' : '0.0.0.0',
    RINGDOWN_MEDIA_HOST_IPV6: config.demo ? '::1' : '::',
    RINGDOWN_PROMPTS: prompts,
    ...(publicIp !== undefined && { RINGDOWN_PUBLIC_IP: publicIp }),
  }
}
