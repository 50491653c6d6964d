const firstMs = 150
const longestMs = 8_000

/**
 * How long to wait before try number `attempt` (0 is the first). Doubles up to 8 s, with up to a third taken off at random,
 * so that a restarted gateway does not meet all consoles in the same moment.
 */
export function backOffMs(args: { attempt: number; random: number }): number {
  const whole = Math.min(longestMs, firstMs * 2 ** args.attempt)
  return Math.round(whole * (1 - args.random / 3))
}
