import { type ChildProcess, fork } from 'node:child_process'
import type { Socket } from 'node:net'
import type { HandedOverSocket } from '../media/worker.port.ts'
import type { Child, ChildEvents, Launch } from './child.port.ts'
import { isHandedOverSocket, isSocketTaken, stopReading } from './handed-over-socket.ts'
import { SocketsGiven } from './sockets-given.ts'

export type Program = {
  /** Absolute path of the program's main file. */
  file: string
  args?: string[]
  /** Modules loaded before it, as file URLs. */
  imports?: string[]
  /** Its whole environment; nothing is inherited. */
  env: () => NodeJS.ProcessEnv
  /** A descriptor of ours that it finds as its own number 4. */
  inherits?: () => number | undefined
}

/**
 * A Node process of ours. It has its own session, so that Ctrl-C in a terminal reaches the supervisor alone, which
 * then stops everything in its order.
 */
export function launchProgram(program: Program): Launch {
  return events => {
    const inherited = program.inherits?.()
    const child = fork(program.file, program.args ?? [], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...(inherited === undefined ? [] : [inherited])],
      execArgv: (program.imports ?? []).flatMap(url => ['--import', url]),
      env: program.env(),
    })
    const given = new SocketsGiven()
    listen(child, events, given)
    return handleOf(child, given)
  }
}

function listen(child: ChildProcess, events: ChildEvents, given: SocketsGiven): void {
  let isOver = false
  const over = (reason: string) => {
    if (isOver) return
    isOver = true
    given.dropAll()
    events.exited(reason)
  }
  child.on('exit', (code, signal) => over(signal ?? `code ${code}`))
  // 'error' also tells of messages that could not be delivered; only a failed start leaves no process behind.
  child.on('error', error => {
    if (child.pid === undefined) over(error.message)
  })
  child.on('message', (message, handle) => {
    if (isHandedOverSocket(message) && handle) {
      stopReading(handle as Socket)
      events.socket(message, handle as Socket)
    } else if (isSocketTaken(message)) {
      given.drop(message.key)
    } else if ((message as { type?: unknown } | null)?.type === 'ready') {
      events.ready()
    }
  })
}

function handleOf(child: ChildProcess, given: SocketsGiven): Child {
  return {
    pid: child.pid,
    drain: ms => void (child.connected && child.send({ type: 'drain', ms })),
    end: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
    hand: (message: HandedOverSocket, socket: Socket) => {
      if (!child.connected) return void socket.destroy()
      given.add(message.key, socket)
      child.send(message, socket, { keepOpen: true }, error => void (error && given.drop(message.key)))
    },
  }
}
