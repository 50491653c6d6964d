import { setTimeout as wait } from 'node:timers/promises'
import type { TestGateway } from '../../test/harness/gateway.ts'
import { mediaPortsBound } from '../../test/harness/media-ports.ts'
import { adopted, recordedNames } from './adopt.ts'
import { attackConnections } from './connection-attack.ts'
import type { Corpus, Kind } from './corpus.ts'
import { type Dice, diceOf } from './dice.ts'
import { type Intruder, openIntruder } from './intruder.ts'
import { mutated } from './mutate.ts'

/** Of each batch. */
const SIP_MESSAGES = 200
const MEDIA_DATAGRAMS = 1200
/** What a queue of the kernel takes without loss: what is lost there tests nothing. */
const AT_ONCE = 40
const breathMs = 10

const MEDIA_KINDS: readonly Kind[] = ['rtp', 'rtp', 'rtcp', 'stun', 'dtls']

/** Every batch comes from an address of its own: limits of one source must not spare the gateway the next batch. */
const addressOf = (dice: Dice): string =>
  `127.${1 + dice.below(250)}.${dice.below(250)}.${1 + dice.below(250)}`

/**
 * Throws one batch at a gateway: SIP over every transport, outside and inside a call; media at a call's port and all others, under the
 * keys of the call in every other batch.
 */
export async function attack(order: {
  gateway: TestGateway
  corpus: Corpus
  seed: number
  round: number
}): Promise<void> {
  const { gateway, corpus } = order
  const dice = diceOf(order.seed, order.round)
  const address = addressOf(dice)
  const isSecure = order.round % 2 === 1
  const intruder = await openIntruder({ address, sipPort: gateway.sipPort, isSecure })
  try {
    await attackMedia({ intruder, corpus, dice, ports: portsFor(gateway, intruder) })
    await attackConnections({ gateway, address, corpus, dice })
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
    // Sealed, what is wrong with it is inside; the rest is refused at the door.
    intruder.send(dice.chance(0.7) ? intruder.seal(bytes) : bytes, dice.pick(ports))
    if (sent % AT_ONCE === 0) await wait(breathMs)
  }
}
