/** What a sound test needs of the browser. */
export interface SoundTestPort {
  /** Whether the microphone opens without a question to the user. */
  isAllowed(): Promise<boolean>
  /** Level of this microphone, 0..1, as often as the screen is drawn. Returns the end. */
  meter(track: MediaStreamTrack, onLevel: (level: number) => void): () => void
  /** Records for `ms` and resolves with the bytes, in the format this browser records. */
  record(track: MediaStreamTrack, ms: number): Promise<ArrayBuffer>
  /** Plays it and resolves when it is over. */
  playBack(recording: ArrayBuffer): Promise<void>
  tone(): Promise<void>
}
