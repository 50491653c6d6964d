/** Letters that the eye takes in at once. */
const together = 4

/** The parts of a long word, in order, with where each begins. */
export function grouped(text: string): { at: number; part: string }[] {
  const starts = Array.from({ length: Math.ceil(text.length / together) }, (_, index) => index * together)
  return starts.map(at => ({ at, part: text.slice(at, at + together) }))
}
