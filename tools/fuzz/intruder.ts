import {
  callIdOf,
  createAck,
  createInDialogRequest,
  createRequest,
  createUacDialog,
  cseqOf,
  type Dialog,
  fromOf,
  type LocalAudio,
  offerAudio,
  parseSdp,
  readAudioAnswer,
  type SipRequest,
  type SipResponse,
  serializeSdp,
  toOf,
} from '@ringdown/sip'
import { newKeys, sealerOf } from './intruder-keys.ts'
import { newToken, openSipAsker, type SipAsker } from './sip-asker.ts'

/** A caller of the demo's trunk with a call of its own, which it abuses. */
export type Intruder = {
  readonly dialog: Dialog
  /** Where the gateway takes the audio of the call. */
  readonly mediaPort: number
  send(bytes: Uint8Array, port?: number): void
  /** Protects a packet or report with the keys of the call (RFC 3711); as it is, where the call has none. */
  seal(packet: Uint8Array): Uint8Array
  /** Ends the call, if it is not over already. */
  leave(): Promise<void>
}

const number = '+15550100'

type Place = { address: string; port: number }

/** Audio comes from the port that signals: it is what the offer says, so that it is not taken for a stranger's. */
const audioAt = ({ address, port }: Place, isSecure: boolean): LocalAudio => ({
  codecs: ['PCMU', 'PCMA'],
  address,
  port,
  sessionId: '1',
  sessionVersion: 1,
  ...(isSecure ? { srtp: newKeys() } : {}),
})

function inviteFrom({ address, port }: Place, local: LocalAudio, sipPort: number): SipRequest {
  return createRequest({
    method: 'INVITE',
    uri: `sip:${number}@127.0.0.1:${sipPort}`,
    from: { uri: `sip:+15550177900@${address}`, params: [{ name: 'tag', value: newToken() }] },
    to: { uri: `sip:${number}@127.0.0.1`, params: [] },
    callId: newToken(),
    cseq: 1,
    contact: { uri: `sip:${address}:${port}`, params: [] },
    body: serializeSdp(offerAudio(local)),
    contentType: 'application/sdp',
  })
}

/**
 * @param order.address a loopback address: each has limits of its own at the gateway
 * @param order.isSecure whether the call's audio is protected
 */
export async function openIntruder(order: {
  address: string
  sipPort: number
  isSecure: boolean
}): Promise<Intruder> {
  const { sipPort } = order
  let ownCall: string | undefined
  const asker = await openSipAsker({ ...order, onResponse: tidy })

  /** A mutated INVITE that was answered after all: nobody wants that call. */
  function tidy(response: SipResponse): void {
    if (response.status < 200 || response.status >= 300 || cseqOf(response)?.method !== 'INVITE') return
    if (callIdOf(response) !== ownCall) giveUp(asker, response)
  }

  const local = audioAt(asker, order.isSecure)
  const invite = inviteFrom(asker, local, sipPort)
  ownCall = callIdOf(invite)
  const response = await asker.ask(invite)
  const made = response && createUacDialog({ request: invite, response })
  if (response === undefined || !made?.ok) {
    await asker.close()
    throw new Error(`a call that is to be abused was not answered: ${response?.status ?? 'silence'}`)
  }
  asker.tell(createAck(made.dialog, response))
  const answer = parseSdp(response.body)
  const settled = answer.ok ? readAudioAnswer(answer.session, local) : undefined
  const srtp = settled?.ok ? settled.negotiated.srtp : undefined
  if (order.isSecure && !srtp) throw new Error('a call under SRTP was answered without')
  return {
    dialog: made.dialog,
    mediaPort: answer.ok ? (answer.session.media[0]?.port ?? 0) : 0,
    send: asker.send,
    seal: sealerOf(srtp),
    async leave() {
      // Requests inside the call were made up with any number: ours has to be higher (RFC 3261 §12.2.2).
      const dialog = { ...made.dialog, localCseq: 2 ** 30 }
      await asker.ask(createInDialogRequest(dialog, { method: 'BYE' }).request)
      await asker.close()
    },
  }
}

/** Acknowledges and ends the call that a 2xx answers, as far as the response tells what it is. */
function giveUp(asker: SipAsker, response: SipResponse): void {
  const [from, to, callId, cseq] = [fromOf(response), toOf(response), callIdOf(response), cseqOf(response)]
  if (!from || !to || callId === undefined || !cseq) return
  const request = createRequest({
    method: 'INVITE',
    uri: to.uri,
    from,
    to: { uri: to.uri, params: [] },
    callId,
    cseq: cseq.number,
  })
  const made = createUacDialog({ request, response })
  if (!made.ok) return
  asker.tell(createAck(made.dialog, response))
  asker.tell(createInDialogRequest(made.dialog, { method: 'BYE' }).request)
}
