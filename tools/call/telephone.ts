/** A telephone with one call, whatever network it hangs on. */
export type Telephone = {
  /** Resolves with true when somebody (or the gateway's greeting) answers, with false when the call ends before. */
  answered: Promise<boolean>
  /** Resolves with who or what ended the call, as a piece of a sentence. */
  ended: Promise<string>
  sendDigits(digits: string): Promise<void>
  hangUp(): void
  /** Everything heard so far, 8 kHz. */
  heard(): Int16Array
  close(): Promise<void>
}

export type TelephoneOrder = {
  to: string
  from: string
  says: Int16Array | undefined
  /** Tells people what happens meanwhile. */
  report: (line: string) => void
}
