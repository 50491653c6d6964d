import { canBindUdp, canListen, claim, portRanges, takeRange } from './port-claim.ts'

/**
 * A port on loopback that nobody has, over UDP and TCP, for a program that must be told one: it and the six behind it are no other
 * test's until this process ends. Even, as RTP wants it.
 */
export function freePort(): Promise<number> {
  return takeRange(portRanges.programs, async port => {
    const claimed = await claim(port + portRanges.programs.length - 1)
    if (!claimed) return undefined
    // Other programs may have any port.
    if ((await canListen(port)) && (await canBindUdp(port)) && (await canBindUdp(port + 2))) return port
    claimed.close()
    return undefined
  })
}
