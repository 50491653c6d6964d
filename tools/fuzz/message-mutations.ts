import type { Mutation } from './byte-mutations.ts'
import { mutateText } from './text-mutations.ts'

/** Changes that leave a message well-formed: what they try lies behind the parser. */

const METHODS = [
  ...['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'PRACK', 'UPDATE', 'INFO', 'REFER'],
  ...['NOTIFY', 'SUBSCRIBE', 'MESSAGE', 'PUBLISH', 'NEWMETHOD'],
]
const HEADERS = [
  ...['Require: 100rel', 'Require: nothing-we-know', 'Supported: 100rel, timer, replaces', 'Max-Forwards: 0'],
  ...['Session-Expires: 90;refresher=uas', 'Session-Expires: 4294967295', 'Min-SE: 1', 'Expires: 0'],
  ...['RAck: 1 1 INVITE', 'RSeq: 4294967295', 'Event: refer', 'Subscription-State: terminated;reason=gone'],
  ...[
    'Refer-To: <sip:+15550100@127.0.0.1?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>',
    'Replaces: a;to-tag=b;from-tag=c',
  ],
  ...['Route: <sip:127.0.0.1;lr>', 'Record-Route: <sip:127.0.0.1;lr>, <sip:127.0.0.2>', 'Contact: *'],
  ...['Content-Encoding: gzip', 'Content-Disposition: render;handling=required', 'Accept: text/plain'],
  ...['P-Asserted-Identity: <sip:+15550123@127.0.0.1>', 'Privacy: id;critical', 'Reason: Q.850;cause=999'],
]
const NUMBERS = ['0', '1', '2', '3', '65536', '2147483647']

const changeMethod = mutateText((text, dice) => {
  const method = dice.pick(METHODS)
  return text.replace(/^[A-Z]+(?= )/, method).replace(/^(CSeq\s*:\s*\d+\s+)[A-Z]+/im, `$1${method}`)
})

const changeNumber = mutateText((text, dice) =>
  text.replace(/^(CSeq\s*:\s*)\d+/im, `$1${dice.pick(NUMBERS)}`),
)

const addHeader = mutateText((text, dice) => text.replace('\r\n', `\r\n${dice.pick(HEADERS)}\r\n`))

const newBranch = mutateText((text, dice) =>
  text.replace(/branch=z9hG4bK\w*/, `branch=z9hG4bK${dice.below(1000)}`),
)

/** For SIP, beside all others. */
export const MESSAGE_MUTATIONS: readonly Mutation[] = [changeMethod, changeNumber, addHeader, newBranch]

/** The message with a Content-Length that is true again, where it has one. */
export const withTrueLength = mutateText(text => {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return text
  const length = text.length - end - 4
  return text.slice(0, end).replace(/^(Content-Length|l)(\s*:\s*)\d+/im, `$1$2${length}`) + text.slice(end)
})
