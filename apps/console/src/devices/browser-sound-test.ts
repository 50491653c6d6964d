import type { Sound } from '../sound/index.ts'
import { levelOf } from './level.rules.ts'
import type { SoundTestPort } from './sound-test.port.ts'

export function createBrowserSoundTest(sound: Sound): SoundTestPort {
  return { isAllowed, meter, record, playBack: bytes => sound.playBack(bytes), tone: () => sound.tone() }
}

async function isAllowed(): Promise<boolean> {
  try {
    const permission = await navigator.permissions.query({ name: 'microphone' })
    return permission.state === 'granted'
  } catch {
    // A browser that does not know this permission's name asks when it is opened.
    return false
  }
}

function meter(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  let frame = requestAnimationFrame(draw)
  function draw(): void {
    frame = requestAnimationFrame(draw)
    analyser.getFloatTimeDomainData(samples)
    onLevel(levelOf(samples))
  }
  return () => {
    cancelAnimationFrame(frame)
    void context.close()
  }
}

function record(track: MediaStreamTrack, ms: number): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const recorder = new MediaRecorder(new MediaStream([track]))
    const parts: Blob[] = []
    recorder.ondataavailable = event => parts.push(event.data)
    recorder.onerror = () => reject(new Error('the browser stopped the recording'))
    recorder.onstop = () => new Blob(parts).arrayBuffer().then(resolve, reject)
    recorder.start()
    setTimeout(() => {
      if (recorder.state === 'recording') recorder.stop()
    }, ms)
  })
}
