/** Rounds to the nearest 16-bit sample; what lies outside stays at full scale. */
export function saturate(value: number): number {
  return Math.round(Math.max(-32768, Math.min(32767, value)))
}
