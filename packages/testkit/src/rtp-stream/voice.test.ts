import { expect, it } from 'vitest'
import { createVoice } from './voice.ts'

const bytes = (from: number, length: number) => Uint8Array.from({ length }, (_, i) => (from + i) % 256)

it('is silent until it says something, and after it', async () => {
  const voice = createVoice('PCMU')
  expect(voice.next()).toEqual(new Uint8Array(160).fill(0xff))
  const said = voice.say(bytes(0, 200))
  expect(voice.next()).toEqual(bytes(0, 160))
  expect(voice.next()).toEqual(new Uint8Array([...bytes(160, 40), ...new Uint8Array(120).fill(0xff)]))
  await said
  expect(voice.next()).toEqual(new Uint8Array(160).fill(0xff))
})

it('says encoded bytes exactly as they are, 0x7F and 0xFF included, and goes round where they end', () => {
  const voice = createVoice('PCMU')
  void voice.say(bytes(0, 256), { loop: true })
  const frames = [voice.next(), voice.next(), voice.next()]
  expect(Buffer.concat(frames)).toEqual(Buffer.concat([bytes(0, 256), bytes(0, 224)]))
})

it.each([
  ['PCMU', 0xff],
  ['PCMA', 0xd5],
] as const)('encodes linear samples in %s', (codec, zero) => {
  const voice = createVoice(codec)
  void voice.say(new Int16Array(160))
  expect(new Set(voice.next())).toEqual(new Set([zero]))
})

it('passes over what samples say while nothing can be said, and over no byte', () => {
  const voice = createVoice('PCMU')
  void voice.say(Int16Array.from({ length: 480 }, (_, i) => (i < 320 ? 0 : 8000)))
  const silent = voice.next()
  voice.skip()
  expect(voice.next()).not.toEqual(silent)
  void voice.say(bytes(0, 320))
  voice.skip()
  expect(voice.next()).toEqual(bytes(0, 160))
})

it('is said at once when it is interrupted, stopped or empty', async () => {
  const voice = createVoice('PCMU')
  const first = voice.say(bytes(0, 1600))
  const second = voice.say(bytes(0, 1600))
  await first
  voice.stop()
  await second
  await voice.say(new Uint8Array())
})
