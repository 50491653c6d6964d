import { reasonPhrase } from '@ringdown/sip'
import { type CallEnd, createSipPhone } from '@ringdown/testkit'
import type { Telephone, TelephoneOrder } from './telephone.ts'

/** Calls as a SIP trunk does. @throws Error when there is no TCP connection to the server */
export async function callBySip(
  order: TelephoneOrder & { server: { host: string; port: number }; transport: 'udp' | 'tcp' },
): Promise<Telephone> {
  const { to, from, says, server, transport, report } = order
  const phone = await createSipPhone({ server, transport })
  const call = await phone.call({ to, from, ...(says ? { says } : {}) })
  call.onStatus = status => {
    if (status > 100 && status < 200) report(status === 180 ? 'ringing' : reasonPhrase(status).toLowerCase())
  }
  return {
    answered: call.answered.then(
      () => true,
      () => false,
    ),
    ended: call.ended.then(whoEnded),
    sendDigits: digits => call.sendDigits(digits),
    hangUp: () => void call.hangUp(),
    heard: () => call.heard().samples,
    close: () => phone.close(),
  }
}

function whoEnded(end: CallEnd): string {
  if (end.by === 'us') return 'us'
  if (end.by === 'them') return 'the other side'
  if (end.by === 'silence') return 'silence: the gateway does not answer'
  return `refusal: ${end.status} ${reasonPhrase(end.status)}`
}
