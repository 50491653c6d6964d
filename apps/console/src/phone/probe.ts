import type { LiveNotice, LiveOrder, LiveOutcome } from '../live/index.ts'
import type { Time } from '../time/index.ts'
import type { Peer } from './peer.port.ts'

type Probe = Extract<LiveNotice, { type: 'probe' }>

/** Counts what arrives on the line during a probe and tells the gateway. */
export async function answerProbe(args: {
  probe: Probe
  peer: Peer
  send: (order: LiveOrder) => Promise<LiveOutcome>
  time: Time
}): Promise<void> {
  const { probe, peer } = args
  const before = await peer.stats()
  await new Promise<void>(resolve => args.time.after(probe.afterMs, resolve))
  const after = await peer.stats()
  await args.send({
    type: 'probe result',
    probe: probe.probe,
    received: Math.max(0, after.packetsReceived - before.packetsReceived),
  })
}
