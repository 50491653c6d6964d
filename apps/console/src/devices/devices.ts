import { type Observable, Source } from '../view-model/index.ts'

export type Device = { id: string; name: string }

export type DevicesValue = {
  microphones: Device[]
  /** Empty where the browser cannot send sound elsewhere than to the system's own output (Safari, older Firefox). */
  speakers: Device[]
}

type DeviceSource = Pick<MediaDevices, 'enumerateDevices' | 'addEventListener'>

/** Microphones and speakers this browser lets us choose from, kept current as they are plugged and pulled. */
export class Devices implements Observable<DevicesValue> {
  readonly #source: DeviceSource | undefined
  readonly #canChooseSpeaker: boolean
  readonly #state = new Source<DevicesValue>({ microphones: [], speakers: [] })
  readonly #changes = new Set<() => void>()

  constructor(args: { source: DeviceSource | undefined; canChooseSpeaker: boolean }) {
    this.#source = args.source
    this.#canChooseSpeaker = args.canChooseSpeaker
    this.#source?.addEventListener('devicechange', () => void this.#changed())
  }

  get value(): DevicesValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  /** Tells when something was plugged in or pulled. */
  onChange(listener: () => void): void {
    this.#changes.add(listener)
  }

  /** Reads the list again: names appear only once the microphone was allowed. */
  async refresh(): Promise<void> {
    const all = (await this.#source?.enumerateDevices()) ?? []
    this.#state.set({
      microphones: namedDevices(all, 'audioinput'),
      speakers: this.#canChooseSpeaker ? namedDevices(all, 'audiooutput') : [],
    })
  }

  async #changed(): Promise<void> {
    await this.refresh()
    for (const listener of [...this.#changes]) listener()
  }
}

/** Without the browser's two aliases for the system's choice, which is an entry of our own. */
function namedDevices(all: MediaDeviceInfo[], kind: MediaDeviceKind): Device[] {
  return all
    .filter(device => device.kind === kind && !['', 'default', 'communications'].includes(device.deviceId))
    .map(device => ({ id: device.deviceId, name: device.label }))
}
