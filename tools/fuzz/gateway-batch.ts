import { setTimeout as wait } from 'node:timers/promises'
import type { TestGateway } from '../../test/harness/gateway.ts'
import { mediaPortsBound } from '../../test/harness/media-ports.ts'
import { adopted, recordedNames } from './adopt.ts'
import type { Corpus, Kind } from './corpus.ts'
import { type Dice, diceOf } from './dice.ts'
import { type Intruder, openIntruder } from './intruder.ts'
import { mutated } from './mutate.ts'

/** Of each batch. */
const SIP_MESSAGES = 200
const MEDIA_DATAGRAMS = 1200
const TCP_CONNECTIONS = 12
/** What a queue of the kernel takes without loss: what is lost there tests nothing. */
const AT_ONCE = 40
const breathMs = 10

const MEDIA_KINDS: readonly Kind[] = ['rtp', 'rtp', 'rtcp', 'stun', 'dtls']

/** Every batch comes from an address of its own: limits of one source must not spare the gateway the next batch. */
const addressOf = (dice: Dice): string =>
  `127.${1 + dice.below(250)}.${dice.below(250)}.${1 + dice.below(250)}`

/** Throws one batch at a gateway: SIP over UDP and TCP, outside and inside a call; media at a call's port and all others. */
export async function attack(order: {
  gateway: TestGateway
  corpus: Corpus
  seed: number
  round: number
}): Promise<void> {
  const { gateway, corpus } = order
  const dice = diceOf(order.seed, order.round)
  const intruder = await openIntruder({ address: addressOf(dice), sipPort: gateway.sipPort })
  try {
    await attackMedia({ intruder, corpus, dice, ports: portsFor(gateway, intruder) })
    await attackByTcp({ intruder, corpus, dice })
    await attackSignalling({ intruder, corpus, dice })
  } finally {
    await intruder.leave()
  }
}

type Attack = { intruder: Intruder; corpus: Corpus; dice: Dice }

/** The intruder's own port as often as all others: what comes from a stranger is not looked at for long. */
function portsFor(gateway: TestGateway, { mediaPort }: Intruder): number[] {
  const others = mediaPortsBound(gateway)
  return [...others, ...others.flatMap(() => [mediaPort, mediaPort, mediaPort + 1])]
}

async function attackSignalling({ intruder, corpus, dice }: Attack): Promise<void> {
  const names = recordedNames(corpus)
  for (let sent = 0; sent < SIP_MESSAGES; sent++) {
    const bytes = mutated(corpus, 'sip', dice)
    intruder.send(dice.chance(0.7) ? adopted(bytes, names, intruder.dialog) : bytes)
    if (sent % AT_ONCE === 0) await wait(breathMs)
  }
}

async function attackMedia({ intruder, corpus, dice, ports }: Attack & { ports: number[] }): Promise<void> {
  for (let sent = 0; sent < MEDIA_DATAGRAMS; sent++) {
    const bytes = mutated(corpus, dice.pick(MEDIA_KINDS), dice)
    intruder.send(bytes, dice.pick(ports))
    if (sent % AT_ONCE === 0) await wait(breathMs)
  }
}

async function attackByTcp({ intruder, corpus, dice }: Attack): Promise<void> {
  const connections = Array.from({ length: TCP_CONNECTIONS }, () =>
    Array.from({ length: 1 + dice.below(4) }, () => mutated(corpus, 'sip', dice)),
  )
  await Promise.all(connections.map(pieces => intruder.sendByTcp(pieces)))
}
