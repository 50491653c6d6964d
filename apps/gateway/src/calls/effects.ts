import type { Ending } from '@ringdown/contract'
import type { LegDriver, LegKind, LegMedia } from '../legs/leg.port.ts'
import type { MediaPort, WorkerCommand } from '../media/worker.port.ts'
import type { CallInput, CallState } from './call.state.ts'
import type { CallEffect } from './desired.rules.ts'
import { internalError } from './endings.rules.ts'

export type EffectNeeds = {
  media: Pick<MediaPort, 'command'>
  drivers: ReadonlyMap<LegKind, LegDriver>
  /** What an effect finds out goes back to the call as an input. */
  tell(call: string, input: CallInput): Promise<unknown>
  /** The caller is gone: what an effect brought up is not needed any more. */
  isOver(call: string): boolean
  /** An effect that could not be carried out; the reason holds no personal data. */
  onFailed(effect: CallEffect['type'], call: string, error: unknown): void
}

/**
 * Carries out one effect. Never throws: what fails is told to the call, or reported.
 * False when it must be tried again by the next control. A worker that is away has nothing left to silence or close.
 */
export async function applyEffect(
  effect: CallEffect,
  state: CallState,
  needs: EffectNeeds,
): Promise<boolean> {
  try {
    await carryOut(effect, state, needs)
    return true
  } catch (error) {
    needs.onFailed(effect.type, state.facts.call, error)
    return effect.type !== 'hang up caller'
  }
}

async function carryOut(effect: CallEffect, state: CallState, needs: EffectNeeds): Promise<void> {
  const { facts } = state
  const driver = needs.drivers.get(facts.leg.kind)
  switch (effect.type) {
    case 'open caller media':
      return openMedia(effect, state, driver, needs)
    case 'answer caller': {
      const { worker, endpoint } = facts.media
      return driver?.answer({ leg: facts.leg.id, media: { worker, endpoint, local: null } })
    }
    case 'identify caller':
      return identify(state, driver, needs)
    case 'dial caller':
      return dial(state, driver, needs)
    case 'hang up caller':
      return driver?.hangUp({ leg: facts.leg.id, ending: effect.ending })
    case 'hear':
      return command(needs, effect.worker, { type: 'hear', endpoint: effect.endpoint, source: effect.source })
    case 'close endpoint':
      return command(needs, effect.worker, { type: 'close', endpoint: effect.endpoint })
  }
}

async function dial(state: CallState, driver: LegDriver | undefined, needs: EffectNeeds): Promise<void> {
  const { call, leg, media } = state.facts
  const { worker, endpoint } = media
  try {
    if (!driver?.dial) throw new Error(`no ${leg.kind} leg calls out`)
    await driver.dial({ leg: leg.id, media: { worker, endpoint, local: null } })
  } catch (error) {
    needs.onFailed('dial caller', call, error)
    await needs.tell(call, { type: 'media failed', ending: internalError })
  }
}

async function openMedia(
  effect: Extract<CallEffect, { type: 'open caller media' }>,
  state: CallState,
  driver: LegDriver | undefined,
  needs: EffectNeeds,
): Promise<void> {
  const { call, leg } = state.facts
  const { worker, endpoint, port } = effect
  const failed = async (ending: Ending) => void (await needs.tell(call, { type: 'media failed', ending }))
  if (!driver) return failed(internalError)
  const order = { leg: leg.id, call, endpoint, worker, ...(port === null ? {} : { port }) }
  const opened = await driver.openMedia(order).catch((error: unknown) => {
    needs.onFailed(effect.type, call, error)
    // When the worker is back, the call tries again; whatever else went wrong would only go wrong again.
    return isMediaAway(error)
      ? { type: 'worker away' as const }
      : { type: 'failed' as const, ending: internalError }
  })
  if (opened.type === 'failed') return failed(opened.ending)
  if (opened.type === 'worker away') return void (await needs.tell(call, { type: 'media lost' }))
  if (opened.type === 'open') return opensUp(opened.media, call, needs)
}

/** A leg that is gone, or of another driver than the one that let it arrive so, proves nothing. */
async function identify(state: CallState, driver: LegDriver | undefined, needs: EffectNeeds): Promise<void> {
  const { call, leg, arrivedAt } = state.facts
  const identity = (await driver?.identify?.({ leg: leg.id, arrivedAt })) ?? 'unverified'
  await needs.tell(call, { type: 'identified', identity })
}

async function opensUp(media: LegMedia, call: string, needs: EffectNeeds): Promise<void> {
  const { worker, endpoint, local } = media
  await needs.tell(call, { type: 'media up', worker, endpoint, port: local?.port ?? null })
  // The caller left while it was being opened; the order to close it may have come too early.
  if (needs.isOver(call)) await command(needs, worker, { type: 'close', endpoint })
}

function isMediaAway(error: unknown): boolean {
  return (error as { code?: string }).code === 'media.away'
}

async function command(needs: EffectNeeds, worker: number, order: WorkerCommand): Promise<void> {
  const answer = await needs.media.command(worker, order)
  // An endpoint that is gone is reported by its worker as `lost`; that, not this, moves the call on.
  if (!answer.ok && answer.code !== 'endpoint.unknown') throw new Error(`${order.type}: ${answer.code}`)
}
