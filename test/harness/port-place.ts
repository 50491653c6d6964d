import { canBindUdp, canListen, claim, portRanges, takeRange } from './port-claim.ts'

/** Ports on loopback for one gateway, and for nobody else until they are given back. */
export type PortPlace = {
  readonly http: number
  readonly sip: number
  readonly tls: number
  readonly ws: number
  readonly wss: number
  /** The first and the last UDP port for audio. */
  readonly mediaFrom: number
  readonly mediaTo: number
  giveBack(): void
}

const mediaPorts = 400

/**
 * Takes a place that no other test process on this machine has.
 *
 * @throws Error when all are taken
 */
export const takePortPlace = (): Promise<PortPlace> => takeRange(portRanges.gateways, take)

async function take(mediaFrom: number): Promise<PortPlace | undefined> {
  const after = mediaFrom + mediaPorts
  const [http, sip, claimedPort, tls, ws, wss] = [
    after,
    after + 1,
    after + 2,
    after + 3,
    after + 4,
    after + 5,
  ]
  const claimed = await claim(claimedPort)
  if (!claimed) return undefined
  const mediaTo = mediaFrom + mediaPorts - 1
  const giveBack = () => void claimed.close()
  // A gateway may have outlived the test that took its place, and other programs may have any port.
  const free = [...[http, sip, tls, ws, wss].map(canListen), ...[sip, mediaFrom, mediaTo].map(canBindUdp)]
  if ((await Promise.all(free)).every(Boolean))
    return { http, sip, tls, ws, wss, mediaFrom, mediaTo, giveBack }
  giveBack()
  return undefined
}
