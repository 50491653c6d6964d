import type { DigestHash, DigestServerCrypto, TransactionLayer } from '@ringdown/sip'
import type { Acquaintances, Offences } from '../defence/offences.port.ts'
import type { Clock, SipCounter } from '../sip.port.ts'
import type { ContactBook } from './contact-book.ts'
import { DeskDoor, type DeskDoorNeeds } from './desk-door.ts'
import { DigestGate } from './digest-gate.ts'
import type { DevicesPort } from './registrar.port.ts'
import { Registrar } from './registrar.ts'

/** What the gateway brings so that desk phones may register and call. */
export type DeskNeeds = {
  realm: string
  /** What is offered; the strongest stands first. */
  hashes: readonly DigestHash[]
  devices: DevicesPort
  contacts: ContactBook
  crypto: DigestServerCrypto
}

/** Desk phones in signalling: who may come in, and what becomes of their contacts. */
export function createDesk(
  needs: DeskNeeds &
    Pick<DeskDoorNeeds, 'answer' | 'admit' | 'admitCaller'> & {
      clock: Clock
      counter: SipCounter
      layer: Pick<TransactionLayer, 'respond'>
      defence: Offences & Acquaintances
    },
): { door: DeskDoor; registrar: Registrar } {
  const gate = new DigestGate(needs)
  const registrar = new Registrar(needs)
  return { door: new DeskDoor({ ...needs, gate, registrar }), registrar }
}
