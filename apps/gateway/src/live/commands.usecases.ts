import type { ErrorCode, LiveCommand, Me, OperatorLine } from '@ringdown/contract'
import type { CallInput, CallState, Calls, Told } from '../calls/index.ts'
import type { Lines } from '../legs/browser/index.ts'
import type { MediaPort } from '../media/worker.port.ts'
import type { OperatorsRepository, Wanted } from '../queues/index.ts'

export type CommandNeeds = {
  calls: Pick<Calls, 'tell' | 'get' | 'list'>
  lines: Lines
  media: Pick<MediaPort, 'place' | 'command'>
  operators: Pick<OperatorsRepository, 'want'>
  kick(organization: string): Promise<void>
  changed(organization: string): void
  setMuted(operator: string, muted: boolean): void
  isDatabaseAway(): boolean
  deskPhones: {
    usesPhone(operator: string): boolean
    canBeReached(person: Person): boolean
    answerWith(person: Person, line: OperatorLine): Promise<void>
  }
  /** Calls a number for this person, on whose line it is heard. */
  dial(order: DialOrder): Promise<DialResult>
}

export type Person = { operator: string; organization: string; role: Me['role'] }

export type DialOrder = {
  person: Person
  line: ReturnType<Lines['endOf']>
  number: string
  trunk?: string
}
type DialResult = { ok: true; call: string } | Refusal
type Refusal = { ok: false; code: ErrorCode; message: string }

export type CommandResult = { ok: true; answer?: string } | Refusal

const done: CommandResult = { ok: true }

/** Carries out one command of an operator's page. Every refusal says what to do. */
export function createCommands(needs: CommandNeeds) {
  const { calls, lines, media, operators } = needs
  const wishes = new Map<string, Promise<unknown>>()

  async function openLine(
    person: Person,
    command: Extract<LiveCommand, { type: 'open line' }>,
  ): Promise<CommandResult> {
    const worker = workerFor(person.operator)
    if (worker === undefined)
      return refuse('gateway.internal', 'No media worker is running; try again in a moment.')
    const opened = await lines.open(person.operator, command.line, command.sdp, worker)
    needs.changed(person.organization)
    if (opened.ok) return { ok: true, answer: opened.answer }
    return refuse(opened.reason, 'The audio connection could not be opened; reload the page and try again.')
  }

  /** An operator who is in a call comes back to the worker where the caller is. */
  function workerFor(operator: string): number | undefined {
    const talk = calls.list().find(c => 'operator' in c && c.operator === operator)
    if (talk) return talk.facts.media.worker
    try {
      return media.place()
    } catch {
      return undefined
    }
  }

  /** One wish after the other: the last one counts. */
  function want(person: Person, wanted: Wanted): Promise<CommandResult> {
    const { operator } = person
    const before = wishes.get(operator) ?? Promise.resolve()
    const mine = before.catch(() => {}).then(() => wish(person, wanted))
    wishes.set(operator, mine)
    const forget = () => {
      if (wishes.get(operator) === mine) wishes.delete(operator)
    }
    mine.then(forget, forget)
    return mine
  }

  async function wish(person: Person, wanted: Wanted): Promise<CommandResult> {
    const missing = wanted === 'available' ? missingWay(person) : undefined
    if (missing) return missing
    await operators.want(person.organization, person.operator, wanted)
    for (const call of calls.list()) {
      const id = call.facts.call
      if (
        call.type === 'offered' &&
        wanted !== 'available' &&
        call.offers.some(o => o.operator === person.operator)
      ) {
        await calls.tell(id, { type: 'declined', operator: person.operator })
      }
      if (call.type === 'wrapping' && call.operator === person.operator) {
        await calls.tell(id, { type: 'wrapped up', operator: person.operator })
      }
    }
    needs.changed(person.organization)
    await needs.kick(person.organization)
    return done
  }

  /** Why calls cannot ring for this operator. */
  function missingWay(person: Person): CommandResult | undefined {
    if (needs.deskPhones.usesPhone(person.operator)) {
      if (needs.deskPhones.canBeReached(person)) return undefined
      return refuse(
        'operator.no-phone',
        'None of your desk phones is registered: switch one on, or answer in the browser.',
      )
    }
    if (lines.view(person.operator).state !== 'none') return undefined
    return refuse(
      'operator.no-line',
      'Open the audio line first: allow the microphone, then go available again.',
    )
  }

  async function answerWith(person: Person, line: OperatorLine): Promise<CommandResult> {
    const isBusy = calls
      .list()
      .some(call => ('operator' in call ? call.operator === person.operator : isOfferedTo(call, person)))
    if (isBusy) return refuse('operator.busy', 'Finish the call first, then choose where calls ring.')
    await needs.deskPhones.answerWith(person, line)
    needs.changed(person.organization)
    await needs.kick(person.organization)
    return done
  }

  async function dial(
    person: Person,
    { number, trunk }: Extract<LiveCommand, { type: 'dial' }>,
  ): Promise<CommandResult> {
    const line = lines.endOf(person.operator)
    const dialled = await needs.dial({ person, line, number, ...(trunk === undefined ? {} : { trunk }) })
    needs.changed(person.organization)
    return dialled.ok ? { ok: true, answer: dialled.call } : dialled
  }

  async function accept(person: Person, call: string): Promise<CommandResult> {
    if (needs.deskPhones.usesPhone(person.operator))
      return refuse('operator.answers-by-phone', 'Pick up your desk phone to take this call.')
    const line = lines.endOf(person.operator)
    if (!line) return refuse('operator.no-line', 'Your audio line is not open; the call rings on for others.')
    return tellCall(person, call, { type: 'accepted', operator: person.operator, line })
  }

  async function tellCall(person: Person, call: string, input: CallInput): Promise<CommandResult> {
    if (calls.get(call)?.facts.organization !== person.organization) return gone
    const told = await calls.tell(call, input)
    needs.changed(person.organization)
    const state = calls.get(call)
    // Said twice, or said while the database was going away and done all the same.
    const hasIt = state?.type === 'connected' && state.operator === person.operator
    if (told === 'taken' || (input.type === 'accepted' && hasIt)) return done
    return refusal(told, input, state?.type)
  }

  function refusal(told: Exclude<Told, 'taken'>, input: CallInput, state: string | undefined): CommandResult {
    if (told === 'gone' || state === undefined) return gone
    if (told === 'failed') return refuse('gateway.internal', 'That did not work; try again.')
    if (told === 'claim refused' && needs.isDatabaseAway()) {
      return refuse(
        'gateway.database-away',
        'Calls cannot be accepted for a moment; the caller stays in the queue.',
      )
    }
    if (input.type === 'accepted' || input.type === 'declined') {
      return refuse('call.taken', 'Somebody else took the call, or it stopped ringing for you.')
    }
    return refuse('call.not-yours', 'This call is not in a state that allows that, or is not yours.')
  }

  async function digits(person: Person, call: string, keys: string): Promise<CommandResult> {
    const state = calls.get(call)
    if (state?.type !== 'connected' || state.operator !== person.operator) {
      return refuse('call.not-yours', 'Touch-tones can be sent only in a call that you are connected to.')
    }
    const { worker, endpoint } = state.facts.media
    const answer = await media.command(worker, { type: 'send digits', endpoint, digits: keys })
    return answer.ok ? done : refuse('gateway.internal', 'The tones could not be sent; try again.')
  }

  return async function carryOut(person: Person, command: LiveCommand): Promise<CommandResult> {
    const { operator } = person
    switch (command.type) {
      case 'open line':
        return openLine(person, command)
      case 'close line':
        lines.close(operator, command.line)
        return done
      case 'probe result':
        lines.probeResult(operator, command.probe, command.received)
        return done
      case 'go available':
        return want(person, 'available')
      case 'take a break':
        return want(person, 'on-break')
      case 'go offline':
        return want(person, 'offline')
      case 'answer with':
        return answerWith(person, command.line)
      case 'dial':
        return dial(person, command)
      case 'accept':
        return accept(person, command.call)
      case 'decline':
        return tellCall(person, command.call, { type: 'declined', operator })
      case 'hang up':
        return tellCall(person, command.call, { type: 'operator hung up', operator })
      case 'hold':
      case 'resume':
        return tellCall(person, command.call, { type: command.type, operator })
      case 'digits':
        return digits(person, command.call, command.digits)
      case 'mute':
        needs.setMuted(operator, command.muted)
        needs.changed(person.organization)
        return done
      case 'quality':
        return done
    }
  }
}

const isOfferedTo = (call: CallState, { operator }: Person): boolean =>
  call.type === 'offered' && call.offers.some(offer => offer.operator === operator)

const gone: CommandResult = { ok: false, code: 'call.gone', message: 'The call is over.' }

function refuse(code: ErrorCode, message: string): CommandResult {
  return { ok: false, code, message }
}
