import { short, table } from './figures.ts'
import { measureCalls } from './sip-calls.ts'
import { measureParsing } from './sip-messages.ts'
import { measureSrtp } from './sip-srtp.ts'

/** For each message and each parser; ms. */
const parseMs = 700
const callsMs = 2000

/** What the pure SIP and SRTP code does on one core, as text: some ten seconds. */
export function reportSipStack(): string {
  const parsing = measureParsing(parseMs)
  const { callsPerSecond, transactionsPerSecond } = measureCalls(callsMs)
  const srtp = measureSrtp()
  return [
    table([
      ['SIP messages read per second, one core', 'bytes', 'parseMessage', 'JSON.parse', 'ratio'],
      ...parsing.map(({ name, bytes, perSecond, jsonPerSecond }) => [
        name,
        ...[String(bytes), short(perSecond), short(jsonPerSecond), short(perSecond / jsonPerSecond)],
      ]),
    ]),
    table([
      ['SIP without sockets, both ends on one core', ''],
      ['calls per second, INVITE to the end of BYE', short(callsPerSecond)],
      ['transactions per second', short(transactionsPerSecond)],
    ]),
    table([
      ['SRTP, CPU', 'protect, µs', 'unprotect, µs', 'call, ms per second'],
      ...srtp.map(figures => [
        figures.suite,
        ...[figures.protectUs, figures.unprotectUs, figures.callMs].map(short),
      ]),
    ]),
    'JSON.parse: of the same header lines and body, written as JSON, from bytes. SRTP of a call: computed as 50 packets each\n' +
      'way at the measured cost per packet; the rest of a call is in the table of calls.',
  ].join('\n\n')
}
