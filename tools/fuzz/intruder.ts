import { connect } from 'node:net'
import {
  callIdOf,
  createAck,
  createInDialogRequest,
  createRequest,
  createUacDialog,
  cseqOf,
  type Dialog,
  fromOf,
  offerAudio,
  parseSdp,
  type SipRequest,
  type SipResponse,
  serializeSdp,
  toOf,
} from '@ringdown/sip'
import { newToken, openSipAsker, type SipAsker } from './sip-asker.ts'

/** A caller of the demo's trunk with a call of its own, which it abuses. */
export type Intruder = {
  readonly dialog: Dialog
  /** Where the gateway takes the audio of the call. */
  readonly mediaPort: number
  send(bytes: Uint8Array, port?: number): void
  /** Over a TCP connection of its own, which is then closed. */
  sendByTcp(pieces: readonly Uint8Array[]): Promise<void>
  /** Ends the call, if it is not over already. */
  leave(): Promise<void>
}

const number = '+15550100'
/** ms that a connection is kept for what the gateway may say. */
const tcpLimitMs = 5_000

/** Audio comes from the port that signals: it is what the offer says, so that it is not taken for a stranger's. */
function inviteFrom({ address, port }: { address: string; port: number }, sipPort: number): SipRequest {
  const local = { codecs: ['PCMU', 'PCMA'], address, port, sessionId: '1', sessionVersion: 1 } as const
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

/** @param order.address a loopback address: each has limits of its own at the gateway */
export async function openIntruder(order: { address: string; sipPort: number }): Promise<Intruder> {
  const { sipPort } = order
  let ownCall: string | undefined
  const asker = await openSipAsker({ ...order, onResponse: tidy })

  /** A mutated INVITE that was answered after all: nobody wants that call. */
  function tidy(response: SipResponse): void {
    if (response.status < 200 || response.status >= 300 || cseqOf(response)?.method !== 'INVITE') return
    if (callIdOf(response) !== ownCall) giveUp(asker, response)
  }

  const invite = inviteFrom(asker, sipPort)
  ownCall = callIdOf(invite)
  const response = await asker.ask(invite)
  const made = response && createUacDialog({ request: invite, response })
  if (response === undefined || !made?.ok) {
    await asker.close()
    throw new Error(`a call that is to be abused was not answered: ${response?.status ?? 'silence'}`)
  }
  asker.tell(createAck(made.dialog, response))
  const answer = parseSdp(response.body)
  return {
    dialog: made.dialog,
    mediaPort: answer.ok ? (answer.session.media[0]?.port ?? 0) : 0,
    send: asker.send,
    sendByTcp: pieces => sendByTcp(pieces, order),
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

async function sendByTcp(
  pieces: readonly Uint8Array[],
  { address, sipPort }: { address: string; sipPort: number },
): Promise<void> {
  const socket = connect({ port: sipPort, host: '127.0.0.1', localAddress: address })
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  socket.on('error', () => undefined)
  socket.resume()
  socket.setTimeout(tcpLimitMs, () => socket.destroy())
  for (const piece of pieces) socket.write(piece)
  socket.end()
  await closed
}
