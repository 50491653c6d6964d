const firstMs = 150
/** A call is joined again within two seconds of a gateway's coming back, however long it was away. */
const longestMs = 1_000

/**
 * How long to wait before try number `attempt` (0 is the first). Doubles up to 1 s, with up to a third taken off at random,
 * so that a restarted gateway does not meet all consoles in the same moment.
 */
export function backOffMs(args: { attempt: number; random: number }): number {
  const whole = Math.min(longestMs, firstMs * 2 ** args.attempt)
  return Math.round(whole * (1 - args.random / 3))
}
