import type { RegistrationState } from '@ringdown/contract'
import type { Flow } from '@ringdown/sip'
import { type Asked, askHost } from './ask-host.ts'
import type { Binding } from './bindings.ts'
import {
  type RegistrationEffect,
  type RegistrationGround,
  type RegistrationInput,
  type RegistrationStep,
  registrationTransition,
  registrationView,
  startRegistration,
} from './registration.state.ts'
import type { LinkNeeds } from './trunk-links.port.ts'
import { hostLabel, hostUri, ourContact, type Party, registerRequest } from './trunk-requests.rules.ts'

export type RegistrationOrder = {
  party: Party
  expiresS: number
  account: RegistrationGround['account']
  /** Something became of it. */
  onChanged(view: RegistrationState): void
  /** Where the host that takes our REGISTER is, and until when it keeps us (ms since the epoch). undefined: it does not. */
  onBinding(bound: Pick<Binding, 'address' | 'until'> | undefined): void
}

/** One trunk's registration at one host, kept alive. */
export function startRegistrationLink(order: RegistrationOrder, needs: LinkNeeds) {
  const { party } = order
  const { clock } = needs
  const label = hostLabel(party.host)
  const ground: RegistrationGround = {
    registrar: hostUri(party.host),
    host: party.host.host,
    expiresS: order.expiresS,
    account: order.account,
    crypto: needs.crypto,
  }
  const whenGone = Promise.withResolvers<void>()
  let isClosed = false
  let stopTimer = () => {}
  /** Who answered last; after a 2xx, our registrar. */
  let answerer: Flow | undefined
  let registrar: string | undefined
  let told: RegistrationState | undefined

  const view = () => registrationView(state, label, clock.now())

  async function send(effect: Extract<RegistrationEffect, { type: 'send' }>): Promise<void> {
    let contact = ''
    const asked = await askHost(
      {
        host: party.settings.outboundProxy ?? party.host,
        prefer: answerer,
        build(flow) {
          contact = ourContact(party, flow, needs.ownAddress(flow))
          return registerRequest(party, { ...effect, contact })
        },
      },
      needs,
    )
    take(asked, contact)
  }

  function take({ outcome, flow }: Asked, contact: string): void {
    const at = { now: clock.now(), random: needs.random() }
    if (typeof outcome === 'string') return void feed({ type: 'unanswered', why: outcome, ...at })
    answerer = flow
    feed({ type: 'answered', response: outcome, contact, cnonce: needs.newToken(), ...at })
    if (state.name === 'registered') registrar = flow?.address
    tellBinding()
  }

  function feed(input: RegistrationInput): void {
    if (isClosed) return
    follow(registrationTransition(state, input, ground))
    if (state.name === 'registered' || state.name === 'waiting') tell(view())
  }

  /** What was said before holds until a final answer: a host that is silent keeps us all the same. */
  function tellBinding(): void {
    if (isClosed || (state.name !== 'registered' && state.name !== 'waiting')) return
    const { until } = view()
    order.onBinding(until === null || registrar === undefined ? undefined : { address: registrar, until })
  }

  /** A renewal that went as it should is no news. */
  function tell(now: RegistrationState): void {
    const isNews = now.state !== told?.state || now.reason !== told.reason
    told = now
    if (isNews) order.onChanged(now)
  }

  function follow(step: RegistrationStep): void {
    state = step.state
    for (const effect of step.effects) {
      if (effect.type === 'send') void send(effect)
      else stopTimer()
      if (effect.type === 'timer') stopTimer = clock.after(effect.ms, () => feed({ type: 'timer' }))
    }
    if (state.name === 'gone') close()
  }

  function close(): void {
    isClosed = true
    stopTimer()
    whenGone.resolve()
  }

  const first = startRegistration(ground)
  let state = first.state
  follow(first)

  return {
    view,
    /** Resolves when the binding is removed, or cannot be. */
    stop(): Promise<void> {
      order.onBinding(undefined)
      feed({ type: 'stop', now: clock.now() })
      return whenGone.promise
    },
    /** Says nothing more. */
    close,
  }
}

export type RegistrationLink = ReturnType<typeof startRegistrationLink>
