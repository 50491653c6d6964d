import { parseArgs } from 'node:util'

export type CallArguments = {
  to: string
  from: string
  /** Path of a WAV file to say. */
  play: string | undefined
  /** Path of a WAV file to write what was heard to. */
  record: string | undefined
  via: 'sip' | 'twilio'
  transport: 'udp' | 'tcp'
  digits: string
  /** How long to talk; undefined: as long as the speech, or 20 s without one. */
  seconds: number | undefined
  /** undefined: where the demo listens. */
  server: { host: string; port: number } | undefined
}

/** What was typed cannot be used; the message says why and what would do. */
export class UsageError extends Error {}

export const usage = `A telephone in the terminal.

  npm run call -- --to +15550100 [options]

  --to <number>       the number to call
  --from <number>     your own number (+15550123)
  --play <file.wav>   what you say; silence after it
  --record <file.wav> where to write what you hear
  --digits <keys>     keys to press one second after the answer: 0-9 * # A-D
  --seconds <n>       hang up so long after the answer (else after the speech, or after 20 s)
  --via sip|twilio    a SIP trunk (sip), or a stand-in for Twilio with the demo's account
  --transport udp|tcp for SIP (udp)
  --server host:port  the gateway: its SIP address, or its web address with --via twilio
                      (else RINGDOWN_SIP or RINGDOWN_HTTP, else the demo's)`

const options = {
  to: { type: 'string' },
  from: { type: 'string', default: '+15550123' },
  play: { type: 'string' },
  record: { type: 'string' },
  via: { type: 'string', default: 'sip' },
  transport: { type: 'string', default: 'udp' },
  digits: { type: 'string', default: '' },
  seconds: { type: 'string' },
  server: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/**
 * Reads the command line.
 *
 * @returns undefined when help was asked for
 * @throws UsageError
 */
export function readArguments(words: readonly string[]): CallArguments | undefined {
  const values = parse(words)
  if (values.help) return undefined
  if (values.to === undefined) throw new UsageError('Whom shall I call? Add --to +15550100')
  return {
    to: numberOf('--to', values.to),
    from: numberOf('--from', values.from),
    play: values.play,
    record: values.record,
    via: oneOf('--via', values.via, ['sip', 'twilio']),
    transport: oneOf('--transport', values.transport, ['udp', 'tcp']),
    digits: digitsOf(values.digits),
    seconds: values.seconds === undefined ? undefined : secondsOf(values.seconds),
    server: values.server === undefined ? undefined : serverOf(values.server),
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: false }).values
  } catch (error) {
    // Node's own sentences name the option at fault; the hints about "--" behind the first one do not help here.
    throw new UsageError((error as Error).message.split('. ')[0]!)
  }
}

function numberOf(option: string, text: string): string {
  const number = text.replace(/[\s().-]/g, '')
  if (/^\+?[0-9]{3,15}$/.test(number)) return number
  throw new UsageError(`${option} needs a telephone number of 3 to 15 digits, such as +15550100`)
}

function oneOf<const Choice extends string>(
  option: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find(each => each === text)
  if (choice !== undefined) return choice
  throw new UsageError(`${option} is ${choices.join(' or ')}, not ${text}`)
}

function digitsOf(text: string): string {
  const digits = text.toUpperCase()
  if (/^[0-9*#A-D]{0,32}$/.test(digits)) return digits
  throw new UsageError('--digits takes up to 32 keys of a telephone: 0-9 * # A-D')
}

function secondsOf(text: string): number {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds >= 1 && seconds <= 3600) return seconds
  throw new UsageError('--seconds is a number from 1 to 3600')
}

function serverOf(text: string): { host: string; port: number } {
  const [, host, port] = /^(\[[0-9a-fA-F:]+\]|[\w.-]+):(\d{1,5})$/.exec(text) ?? []
  if (host !== undefined && Number(port) >= 1 && Number(port) <= 65535) return { host, port: Number(port) }
  throw new UsageError('--server is host:port, such as 127.0.0.1:5060')
}
