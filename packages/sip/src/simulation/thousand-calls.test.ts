import { expect, test } from 'vitest'
import { createResponse } from '../message/build.ts'
import type { CallEvent } from '../session/events.ts'
import { LossyNetwork, type Weather } from './lossy-network.ts'
import { seededRandom } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { createUserAgent, type UserAgent } from './user-agent.ts'

const STORM: Weather = { loss: 0.2, duplication: 0.1, delay: 300, jitter: 400 }

interface Story {
  acknowledged: boolean
  answered: boolean
  said: number
  changes: number
  ends: string[]
}

const newStory = (): Story => ({ acknowledged: false, answered: false, said: 0, changes: 0, ends: [] })

/** Everybody calls, rings reliably, answers, talks by INFO both ways, changes the media from both ends, and ends. */
function simulate({ seed, weather, calls }: { seed: number; weather: Weather; calls: number }) {
  const scheduler = new Scheduler()
  const random = seededRandom(seed)
  const network = new LossyNetwork({ scheduler, weather, random })
  const stories = new Map<string, Story>()
  const storyOf = (key: string): Story => {
    const story = stories.get(key) ?? newStory()
    stories.set(key, story)
    return story
  }
  const later = (ms: number, run: () => void): void => void scheduler.after(ms, run)
  const common = { network, scheduler, random, sessionInterval: 300 }
  const caller = createUserAgent({ ...common, address: '192.0.2.1', onEvent: called })
  const callee = createUserAgent({ ...common, address: '192.0.2.2', onEvent: rang })

  function talk(ua: UserAgent, key: string): void {
    ua.agent.give(key, { type: 'send', method: 'INFO', contentType: 'text/plain', body: 'hello' })
  }

  function both(ua: UserAgent, key: string, event: CallEvent): void {
    const story = storyOf(key)
    if (event.type === 'request') ua.layer.respond(event.id, createResponse(event.request, 200))
    if (event.type === 'ended') story.ends.push(`${ua.address} ${event.ending.type}`)
    if (event.type === 'offer accepted') story.changes++
    if (event.type === 'reply' && event.response.status === 200) {
      story.said++
      // Both ends want to change the media at the same time: glare.
      ua.agent.give(key, { type: 'offer', sdp: `changed by ${ua.address}` })
    }
  }

  function called(ua: UserAgent, key: string, event: CallEvent): void {
    both(ua, key, event)
    if (event.type === 'answered') {
      storyOf(key).answered = true
      later(500, () => talk(ua, key))
      later(200_000, () => ua.agent.give(key, { type: 'hang up' }))
    }
    if (event.type === 'offer') ua.agent.give(key, { type: 'answer', sdp: 'taken by the caller' })
  }

  function rang(ua: UserAgent, key: string, event: CallEvent): void {
    both(ua, key, event)
    const isNew = ua.agent.get(key)?.phase === 'ringing'
    if (event.type === 'offer' && isNew) {
      ua.agent.give(key, { type: 'progress', status: 183, sdp: 'early', reliable: true })
      later(1500, () => ua.agent.give(key, { type: 'answer', sdp: 'final' }))
    } else if (event.type === 'offer') ua.agent.give(key, { type: 'answer', sdp: 'taken by the callee' })
    if (event.type === 'acknowledged') {
      storyOf(key).acknowledged = true
      later(500, () => talk(ua, key))
    }
  }

  for (let n = 0; n < calls; n++) {
    scheduler.after(n * 50, () => {
      caller.agent.dial(
        `call-${n}`,
        {
          target: 'sip:someone@192.0.2.2',
          from: 'sip:me@192.0.2.1',
          to: 'sip:someone@192.0.2.2',
          callId: `call-${n}`,
          localTag: `from${n}`,
          offer: 'offered',
        },
        caller.profile,
      )
    })
  }
  scheduler.runUntil(600_000)
  return { stories, caller, callee, network, scheduler }
}

test('1,000 calls with 20 % loss, duplication, reordering and 300 ms delay all set up, talk and end; nothing is left (RFC 3261, 3262, 3311, 4028)', () => {
  const { stories, caller, callee, network, scheduler } = simulate({
    seed: 20_261_121,
    weather: STORM,
    calls: 1000,
  })
  expect(stories.size).toBe(1000)
  const other = [...stories].filter(([, { ends, ...story }]) => {
    const isWhole = story.answered && story.acknowledged && story.said === 2 && story.changes === 2
    return !isWhole || ends.length !== 2 || ends.some(end => !end.endsWith('bye'))
  })
  expect(other).toEqual([])
  for (const { layer, agent } of [caller, callee]) {
    expect(agent.size).toBe(0)
    expect(layer.stats()).toMatchObject({ active: 0, transportErrors: 0 })
  }
  expect(scheduler.runningTimers).toBe(0)
  const { sent, lost, duplicated, overtaken } = network.counts
  expect(Math.min(lost / sent, 0.19)).toBe(0.19)
  expect(Math.min(duplicated, overtaken)).toBeGreaterThan(1000)
}, 300_000)

test('the same seed gives the same run', () => {
  const options = { seed: 7, weather: STORM, calls: 50 }
  const [first, second] = [simulate(options), simulate(options)]
  expect(second.network.counts).toEqual(first.network.counts)
  expect(second.caller.layer.stats()).toEqual(first.caller.layer.stats())
})
