import { expect, test } from 'vitest'
import type { OpenMicrophone } from '../phone/index.ts'
import { Devices } from './devices.ts'
import { levelOf } from './level.rules.ts'
import { SoundTest } from './sound-test.ts'

const all = [
  { kind: 'audioinput', deviceId: 'default', label: 'Default' },
  { kind: 'audioinput', deviceId: 'm1', label: 'Headset' },
  { kind: 'audiooutput', deviceId: 's1', label: 'Speakers' },
  { kind: 'videoinput', deviceId: 'c1', label: 'Camera' },
] as MediaDeviceInfo[]

function createTestSource(devices: MediaDeviceInfo[]) {
  const target = new EventTarget()
  return {
    enumerateDevices: async () => devices,
    addEventListener: target.addEventListener.bind(target),
    change: () => target.dispatchEvent(new Event('devicechange')),
  }
}

test('lists microphones and speakers, without the aliases of the system choice', async () => {
  const devices = new Devices({ source: createTestSource(all), canChooseSpeaker: true })
  await devices.refresh()
  expect(devices.value).toEqual({
    microphones: [{ id: 'm1', name: 'Headset' }],
    speakers: [{ id: 's1', name: 'Speakers' }],
  })
})

test('offers no speakers where the browser cannot choose one', async () => {
  const devices = new Devices({ source: createTestSource(all), canChooseSpeaker: false })
  await devices.refresh()
  expect(devices.value.speakers).toEqual([])
})

test('tells when something was plugged in, once the list is new', async () => {
  const source = createTestSource(all)
  const devices = new Devices({ source, canChooseSpeaker: true })
  const seen = new Promise<number>(resolve => {
    devices.onChange(() => resolve(devices.value.microphones.length))
  })
  source.change()
  expect(await seen).toBe(1)
})

test.each([
  ['silence', 0, 0],
  ['a whisper', 0.01, 0.4],
  ['loud speech', 0.5, 1],
])('%s shows as such', (_name, amplitude, level) => {
  expect(levelOf(new Float32Array(512).fill(amplitude))).toBeCloseTo(level, 1)
})

type MicrophoneAnswer = Awaited<ReturnType<OpenMicrophone>>

function createTestSoundTest(answer?: MicrophoneAnswer, allowed = true) {
  const steps: string[] = []
  const track = { stop: () => steps.push('stopped') } as unknown as MediaStreamTrack
  const test = new SoundTest({
    openMicrophone: async () => answer ?? { ok: true, track },
    constraints: () => ({}),
    onMicrophone: () => steps.push('opened'),
    port: {
      isAllowed: async () => allowed,
      meter: (_track, onLevel) => {
        onLevel(0.5)
        return () => steps.push('meter off')
      },
      record: async (_track, ms) => {
        steps.push(`${test.value.at} ${ms}`)
        return new ArrayBuffer(4)
      },
      playBack: async recording => {
        steps.push(`${test.value.at} ${recording.byteLength}`)
      },
      tone: async () => {
        steps.push(test.value.at)
      },
    },
  })
  return { test, steps }
}

test('the sound test shows the level, records two seconds, plays them, and leaves nothing open', async () => {
  const { test, steps } = createTestSoundTest()
  await test.start()
  expect(test.level.value).toBe(0.5)
  await test.playTone()
  await test.recordAndPlay()
  expect(test.value).toEqual({ at: 'ready', problem: null })
  test.stop()
  expect(steps).toEqual(['opened', 'tone', 'recording 2000', 'playing 4', 'meter off', 'stopped'])
  expect([test.value.at, test.level.value]).toEqual(['closed', 0])
})

test('without a microphone the tone can still be played, and the reason is shown', async () => {
  const { test, steps } = createTestSoundTest({ ok: false, problem: 'missing' })
  await test.start()
  expect(test.value).toEqual({ at: 'closed', problem: 'missing' })
  await test.recordAndPlay()
  await test.playTone()
  expect(steps).toEqual(['tone'])
})

test('closed while the microphone was being opened, it lets go of it', async () => {
  const { test, steps } = createTestSoundTest()
  const starting = test.start()
  test.stop()
  await starting
  expect(steps).toEqual(['stopped'])
  expect(test.value.at).toBe('closed')
})

test.each([
  ['opens by itself where the microphone was allowed before', true, 'ready'],
  ['asks for nothing by itself', false, 'closed'],
] as const)('a sound test that somebody only looks at %s', async (_name, allowed, at) => {
  const { test } = createTestSoundTest(undefined, allowed)
  await test.look()
  expect(test.value.at).toBe(at)
})
