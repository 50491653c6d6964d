import { describe, expect, it } from 'vitest'
import { awaitStart, type StreamEffect, type StreamState, takeMessage } from './stream.state.ts'
import { readTwilioMessage } from './twilio.rules.ts'

const start = {
  event: 'start',
  sequenceNumber: '1',
  streamSid: 'MZ1',
  start: {
    accountSid: 'AC1',
    callSid: 'CA1',
    streamSid: 'MZ1',
    tracks: ['inbound'],
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    customParameters: { token: 'secret' },
  },
}
const media = (payload: string, streamSid = 'MZ1') => ({
  event: 'media',
  sequenceNumber: '3',
  streamSid,
  media: { track: 'inbound', chunk: '1', timestamp: '5', payload },
})
const frame = (bytes: number) => Buffer.alloc(bytes, 0x7f).toString('base64')

function feed(messages: unknown[], at: (index: number) => number = index => index * 20) {
  let state: StreamState = awaitStart(0)
  const effects: StreamEffect[] = []
  messages.forEach((message, index) => {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    const step = takeMessage(state, readTwilioMessage(text), at(index))
    state = step.state
    effects.push(...step.effects)
  })
  return { state, effects }
}

const connected = { event: 'connected', protocol: 'Call', version: '1.0.0' }

describe('a Twilio media stream', () => {
  it('tells of its start with call, account and token', () => {
    const { effects } = feed([connected, start])
    const told = { streamSid: 'MZ1', carrierCall: 'CA1', carrierAccount: 'AC1', token: 'secret' }
    expect(effects).toEqual([{ type: 'started', start: told }])
  })

  it('tells of audio, digits, marks and its stop', () => {
    const { state, effects } = feed([
      start,
      media(frame(160)),
      { event: 'dtmf', streamSid: 'MZ1', dtmf: { track: 'inbound_track', digit: '5' } },
      { event: 'mark', streamSid: 'MZ1', mark: { name: 'm' } },
      { event: 'stop', streamSid: 'MZ1', stop: { accountSid: 'AC1', callSid: 'CA1' } },
    ])
    expect(effects.map(effect => effect.type)).toEqual(['started', 'audio', 'digit', 'marked', 'stopped'])
    expect(effects[1]).toMatchObject({ payload: Buffer.alloc(160, 0x7f) })
    expect(state.status).toBe('over')
  })

  it.each([1, 80, 160, 400, 8000])('takes a frame of %i bytes', bytes => {
    expect(feed([start, media(frame(bytes))]).effects[1]).toMatchObject({ type: 'audio' })
  })

  it('takes events it does not know, and what we sent ourselves, as nothing', () => {
    const outbound = { ...media(frame(160)), media: { track: 'outbound', payload: frame(160) } }
    expect(feed([{ event: 'later invention' }, start, outbound]).effects.length).toBe(1)
  })

  it.each<[string, unknown[]]>([
    ['malformed message', ['not json']],
    ['malformed message', ['null']],
    ['malformed message', [{ event: 'start' }]],
    ['malformed message', [{ ...start, start: { ...start.start, mediaFormat: { encoding: 'audio/opus' } } }]],
    ['malformed message', [start, { event: 'media', streamSid: 'MZ1' }]],
    ['media before start', [media(frame(160))]],
    ['media before start', [connected, { event: 'dtmf', streamSid: 'MZ1', dtmf: { digit: '1' } }]],
    ['second start', [start, start]],
    ['wrong stream id', [start, media(frame(160), 'MZ2')]],
    ['not base64', [start, media('@@@@')]],
    ['not base64', [start, media('abc')]],
    ['frame over 1 s', [start, media(frame(8001))]],
  ])('is refused for: %s', (reason, messages) => {
    expect(feed(messages).effects.at(-1)).toEqual({ type: 'refuse', reason })
  })

  it('may catch up ten seconds after a stall, and is refused when it sends more than time allows', () => {
    const burst = Array.from({ length: 10 }, () => media(frame(8000)))
    expect(feed([start, ...burst], () => 0).effects.some(effect => effect.type === 'refuse')).toBe(false)
    const flood = feed([start, ...burst, media(frame(8000))], () => 0)
    expect(flood.effects.at(-1)).toEqual({ type: 'refuse', reason: 'flood' })
    const empty = Array.from({ length: 1100 }, () => connected)
    expect(feed(empty, () => 0).effects).toEqual([{ type: 'refuse', reason: 'flood' }])
  })

  it('goes on for hours at its own pace', () => {
    const hour = Array.from({ length: 20_000 }, () => media(frame(160)))
    expect(feed([start, ...hour]).effects.some(effect => effect.type === 'refuse')).toBe(false)
  })
})
