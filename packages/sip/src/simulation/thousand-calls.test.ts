import { describe, expect, test } from 'vitest'
import { createResponse } from '../message/build.ts'
import type { CallEvent } from '../session/events.ts'
import type { Weather } from './lossy-network.ts'
import type { UserAgent } from './user-agent.ts'
import { createWorld, dialAll, type World } from './world.ts'

const STORM: Weather = { loss: 0.2, duplication: 0.1, delay: 300, jitter: 400 }

interface Story {
  acknowledged: boolean
  answered: boolean
  said: number
  changes: number
  readonly ends: string[]
}

/** What happened to each call, by its key. */
class Stories extends Map<string, Story> {
  of(key: string): Story {
    const story = this.get(key) ?? { acknowledged: false, answered: false, said: 0, changes: 0, ends: [] }
    this.set(key, story)
    return story
  }
}

const hangUp = { type: 'hang up' } as const
const hello = { type: 'send', method: 'INFO', contentType: 'text/plain', body: 'hello' } as const

/** Answers what is asked, and wants to change the media when its hello was answered: both do so at once. */
function talk(stories: Stories, ua: UserAgent, key: string, event: CallEvent): void {
  const story = stories.of(key)
  if (event.type === 'request') ua.layer.respond(event.id, createResponse(event.request, 200))
  if (event.type === 'ended') story.ends.push(event.ending.type)
  if (event.type === 'offer accepted') story.changes++
  if (event.type === 'reply' && event.response.status === 200) {
    story.said++
    ua.agent.give(key, { type: 'offer', sdp: `changed by ${ua.address}` })
  }
}

/** Rings reliably, and answers after a while. */
function ring(world: World, ua: UserAgent, key: string): void {
  ua.agent.give(key, { type: 'progress', status: 183, sdp: 'early', reliable: true })
  world.scheduler.after(1500, () => ua.agent.give(key, { type: 'answer', sdp: 'final' }))
}

/** Everybody calls, rings, answers, talks both ways, changes the media from both ends, and ends. */
function simulate({ seed, calls, callLength }: { seed: number; calls: number; callLength: number }) {
  const stories = new Stories()
  const world: World = createWorld({
    seed,
    weather: STORM,
    caller(ua, key, event) {
      talk(stories, ua, key, event)
      if (event.type === 'offer') ua.agent.give(key, { type: 'answer', sdp: 'taken by the caller' })
      if (event.type !== 'answered') return
      stories.of(key).answered = true
      world.scheduler.after(500, () => ua.agent.give(key, hello))
      world.scheduler.after(callLength, () => ua.agent.give(key, hangUp))
    },
    callee(ua, key, event) {
      talk(stories, ua, key, event)
      const isNew = ua.agent.get(key)?.phase === 'ringing'
      if (event.type === 'offer' && isNew) ring(world, ua, key)
      else if (event.type === 'offer') ua.agent.give(key, { type: 'answer', sdp: 'taken by the callee' })
      if (event.type !== 'acknowledged') return
      stories.of(key).acknowledged = true
      world.scheduler.after(500, () => ua.agent.give(key, hello))
    },
  })
  dialAll(world, calls)
  world.scheduler.runUntil(calls * 50 + callLength + 200_000)
  return { stories, world }
}

function expectNothingLeft({ caller, callee, scheduler }: World): void {
  for (const { layer, agent } of [caller, callee]) {
    expect(agent.size).toBe(0)
    expect(layer.stats()).toMatchObject({ active: 0, transportErrors: 0 })
  }
  expect(scheduler.runningTimers).toBe(0)
}

describe('with 20 % loss, duplication, reordering and 300 ms delay', () => {
  test('1,000 calls all set up, talk and end, and nothing is left (RFC 3261, 3262, 3311, 4028)', () => {
    const { stories, world } = simulate({ seed: 20_261_121, calls: 1000, callLength: 200_000 })
    const whole = { answered: true, acknowledged: true, said: 2, changes: 2, ends: ['bye', 'bye'] }
    const other = [...stories].filter(
      ([, story]) => JSON.stringify(sorted(story)) !== JSON.stringify(sorted(whole)),
    )
    expect(stories.size).toBe(1000)
    expect(other).toEqual([])
    expectNothingLeft(world)
    const { sent, lost, duplicated, overtaken } = world.network.counts
    expect(lost / sent).toBeCloseTo(0.2, 1)
    expect(Math.min(duplicated, overtaken)).toBeGreaterThan(1000)
  }, 300_000)

  test('callers who hang up at any moment leave nothing either: CANCEL before the 1xx, and across the 2xx (RFC 3261 §9, §15)', () => {
    const ends = new Map<string, string>()
    const world: World = createWorld({
      seed: 3,
      weather: STORM,
      caller(_, key, event) {
        if (event.type === 'ended') ends.set(key, event.ending.type)
      },
      callee(ua, key, event) {
        if (event.type === 'offer') ring(world, ua, key)
      },
    })
    dialAll(world, 300, key => {
      const when = Math.floor(world.random() * 6000)
      world.scheduler.after(when, () => world.caller.agent.give(key, hangUp))
    })
    world.scheduler.runUntil(300_000)
    expect(ends.size).toBe(300)
    expect(new Set(ends.values())).toEqual(new Set(['not answered', 'bye']))
    expectNothingLeft(world)
  }, 300_000)

  test('the same seed gives the same run', () => {
    const [first, second] = [1, 2].map(() => simulate({ seed: 7, calls: 30, callLength: 20_000 }).world)
    expect(second!.network.counts).toEqual(first!.network.counts)
    expect(second!.caller.layer.stats()).toEqual(first!.caller.layer.stats())
  }, 300_000)
})

const sorted = (story: Story): unknown => Object.entries(story).toSorted(([a], [b]) => (a < b ? -1 : 1))
