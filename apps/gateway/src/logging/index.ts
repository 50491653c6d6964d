import { type DestinationStream, destination, type Logger, pino } from 'pino'
import { guardLine } from './guard.rules.ts'
import { prettyLine } from './pretty.rules.ts'

export type { Logger } from 'pino'

/**
 * The only way to write a log: JSON lines on stdout, or lines for people in the demo. The guard stands last, before the
 * stream: it sees child loggers' fields and errors of other people's libraries too.
 */
export function createLogger(order: {
  name: string
  level: string
  pretty?: boolean
  /** Where lines go; stdout unless given. */
  stream?: DestinationStream
}): Logger {
  const stream = order.stream ?? destination({ fd: 1, sync: true })
  return pino(
    { name: order.name, level: order.level, hooks: { streamWrite: guardLine } },
    order.pretty ? { write: line => stream.write(prettyLine(line)) } : stream,
  )
}
