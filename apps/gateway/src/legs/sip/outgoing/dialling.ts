import { isIP } from 'node:net'
import type { CallAgent, CallEvent, Flow, Header, SessionProfile, SipRequest } from '@ringdown/sip'
import { placeKey, retryAfterMs, tagOf, toOf } from '@ringdown/sip'
import type { LegEndCause, LegId } from '../../leg.port.ts'
import { targetOf } from '../request-target.rules.ts'
import type { SipNeeds } from '../sip.port.ts'
import type { FailedAt, Found } from '../sockets.ts'
import type { CallCredentials } from './credentials.ts'
import { FirstWord } from './first-word.ts'
import type { LegMemory } from './leg-memory.ts'
import { type Way, Ways } from './ways.ts'

export type DiallingNeeds = Pick<SipNeeds, 'counter' | 'clock'> & {
  leg: LegId
  memory: LegMemory
  agent: Pick<CallAgent, 'dial' | 'give'>
  credentials: CallCredentials
  /** Where a URI is found, in order. Never rejects. */
  locate(uri: string): Promise<readonly Found[]>
  /** Nobody answered there. */
  avoid(failure: FailedAt): void
  /** Somebody did. */
  reached(flow: Flow): void
  /** What we are and can, towards this flow. */
  profileFor(user: string, flow: Flow): SessionProfile
  isOver(): boolean
}

/** From an order to call to an answer or none: one target after the other, with credentials where they are asked for. */
export class Dialling {
  readonly #needs: DiallingNeeds
  readonly #ways: Ways
  /** The last host that was tried said nothing at all. */
  #isSilent = false
  readonly #firstWord: FirstWord
  /** Where the call goes next, once that was asked for. */
  #nextWay: Promise<Way | undefined> | undefined
  #stopRinging = () => {}

  constructor(needs: DiallingNeeds) {
    const { plan, progress } = needs.memory
    this.#needs = needs
    this.#ways = new Ways(plan, needs.locate, progress?.way.target)
    this.#firstWord = new FirstWord(needs.clock)
  }

  /** Calls the first target that is found. Why it could not, if it could not. */
  async begin(): Promise<LegEndCause | undefined> {
    const { memory, isOver } = this.#needs
    const way = memory.progress?.way ?? (await this.#ways.next())
    if (isOver()) return 'canceled'
    if (!way) return 'unreachable'
    if (!memory.media?.local) return 'carrier failed'
    if (!(await memory.goBy(way, memory.media))) return 'carrier failed'
    // Whoever comes after us must say the INVITE to the same place.
    await memory.keep()
    if (isOver()) return 'canceled'
    this.invite()
    return undefined
  }

  /** The same INVITE whoever sends it: a far end that has it already takes it for a repetition (RFC 3261 §17.2.1). */
  invite(): void {
    const { leg, memory, agent, profileFor } = this.#needs
    const { plan, progress, audio, media, target } = memory
    if (!progress || !audio || !media?.local || !target) return
    this.ring()
    const { uri, routes } = target
    agent.dial(
      leg,
      { ...plan, target: uri, routes, offer: audio.offer(media.local.port), failsOver: true },
      profileFor(plan.contactUser, progress.way.flow),
    )
  }

  /** The INVITE is out: the times that the far end has for its first word and for its answer run. */
  ring(): void {
    const { leg, memory, agent, clock } = this.#needs
    const dialledAt = memory.progress?.dialledAt ?? clock.now()
    const left = dialledAt + memory.plan.ringLimitMs - clock.now()
    this.stopRinging()
    this.#expectFirstWord()
    this.#stopRinging = clock.after(Math.max(0, left), () => {
      agent.give(leg, { type: 'hang up', outcome: 'no-answer' })
    })
  }

  /** Something was said in answer to the INVITE that is out. Of a host that says more than 100, and not 503, nothing bad is known. */
  heard(status: number): void {
    const { memory, reached } = this.#needs
    this.#firstWord.heard()
    if (status > 100 && status !== 503 && memory.progress) reached(memory.progress.way.flow)
  }

  stopRinging(): void {
    this.#firstWord.heard()
    this.#stopRinging()
  }

  /** RFC 3261 §22: who asks is shown what is for them. Never rejects. */
  async prove({ method, uri, cseq, response }: Extract<CallEvent, { type: 'challenged' }>): Promise<void> {
    const { leg, memory, agent, credentials, counter } = this.#needs
    // Whom a 3xx sent us to is not who the credentials are for.
    const isOurs = memory.call?.target === memory.target?.uri
    const host = (isOurs ? memory.target?.credentialsFor : undefined) ?? null
    const headers = await credentials.answer({ method, uri, response, host }).catch((): Header[] => {
      counter.count('failed')
      return []
    })
    agent.give(leg, { type: 'authorize', cseq, headers })
  }

  /** RFC 3263 §4.3: nobody answered for the target; the next one is tried. Never rejects. */
  async goOn({ response }: Extract<CallEvent, { type: 'unreached' }>): Promise<void> {
    const { leg, memory, agent, avoid, isOver, profileFor } = this.#needs
    if (memory.progress) avoid({ flow: memory.progress.way.flow, forMs: retryAfterMs(response) })
    this.#isSilent = tagOf(toOf(response)) === undefined
    const way = await this.#lookAhead()
    this.#nextWay = undefined
    if (!way || !memory.media || isOver() || !(await memory.goBy(way, memory.media)))
      return void agent.give(leg, { type: 'try' })
    this.#isSilent = false
    await memory.keep()
    const { plan, media, audio } = memory
    const { uri, routes } = plan.targets[way.target]!
    const offer = media.local && audio ? { offer: audio.offer(media.local.port) } : {}
    const profile = profileFor(plan.contactUser, way.flow)
    agent.give(leg, { type: 'try', target: uri, routes, ...offer, profile })
    this.#expectFirstWord()
  }

  #expectFirstWord(): void {
    this.#firstWord.expect(() => {
      this.#moveOn().catch(() => this.#needs.counter.count('failed'))
    })
  }

  /** Nothing was heard for long: if there is another place, it is tried now. Where it is the last, it is waited for. */
  async #moveOn(): Promise<void> {
    const { leg, memory, agent } = this.#needs
    const { call, progress } = memory
    const way = await this.#lookAhead()
    if (!call || !progress || !way || this.#firstWord.isHeard) return
    if (placeKey(way.flow) === placeKey(progress.way.flow)) return
    agent.give(leg, { type: 'move on', cseq: call.cseq })
  }

  #lookAhead(): Promise<Way | undefined> {
    this.#nextWay ??= this.#ways.next()
    return this.#nextWay
  }

  /** What ended it, in better words where they are known. */
  causeOf(cause: LegEndCause): LegEndCause {
    return this.#isSilent ? 'unreachable' : cause
  }

  /** Where a request of this call goes. */
  flowTo(request: SipRequest): Flow | undefined {
    const { plan, progress, target } = this.#needs.memory
    if (plan.flow) return plan.flow
    const way = progress?.way.flow
    const isFirst = tagOf(toOf(request)) === undefined
    if (isFirst && request.uri === target?.uri) return way
    const flow = targetOf(request, way)
    return flow && way && isSameHost(flow, way) ? way : flow
  }
}

/** The certificate of a host is seldom for the address in its Contact; the connection to it is there already. */
const isSameHost = (flow: Flow, way: Flow): boolean =>
  way.transport === 'tls' &&
  flow.transport === 'tls' &&
  (isIP(flow.address) !== 0 || flow.address === way.serverName)
