/** UDP ports of one media worker: one for all its browsers, and a range (both ends included) for RTP. */
export type WorkerPorts = { webrtc: number; from: number; to: number }

/**
 * Divides the range of media ports (both ends included) among the workers, so that none asks for a port of another.
 * RTP ranges start even (RFC 3550 §11). Throws RangeError when a worker would get no pair of RTP and RTCP ports.
 */
export function divideMediaPorts(args: { from: number; to: number; workers: number }): WorkerPorts[] {
  const start = args.from + (args.from % 2)
  const share = Math.floor((args.to - start + 1) / args.workers / 2) * 2
  if (share < 4) {
    throw new RangeError(`the ports ${args.from}-${args.to} are too few for ${args.workers} media workers`)
  }
  return Array.from({ length: args.workers }, (_, index) => {
    const webrtc = start + index * share
    return { webrtc, from: webrtc + 2, to: webrtc + share - 1 }
  })
}
