import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** What Prometheus reads at `/metrics`. Labels are words of closed lists: nothing about a caller ever becomes one. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'ringdown_' })
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `ringdown_${name}`, help, labelNames, registers: [registry] })
  const gauge = (name: string, help: string, labelNames: string[], collect: (set: Gauge) => void) =>
    new Gauge({
      name: `ringdown_${name}`,
      help,
      labelNames,
      registers: [registry],
      collect() {
        collect(this)
      },
    })
  return {
    registry,
    gauge,
    callsArrived: counter('calls_arrived_total', 'Calls that were journaled', ['leg']),
    callsEnded: counter('calls_ended_total', 'Calls that ended', ['result', 'reason']),
    inputsIgnored: counter('call_inputs_ignored_total', 'Inputs that a call did not expect', [
      'state',
      'input',
    ]),
    failures: counter('failures_total', 'Things that should not happen', ['what']),
    sip: counter('sip_trouble_total', 'SIP messages and calls that were refused or failed', ['what']),
    callerIdentities: counter('caller_identities_total', 'Signed callers by what their check came to', [
      'result',
      'reason',
    ]),
    twilio: counter('twilio_events_total', 'What came of the requests and streams of Twilio', ['what']),
    streams: counter('stream_trouble_total', 'Carrier streams that were refused or broke the protocol', [
      'reason',
    ]),
    live: counter('live_refused_total', 'Live connections and messages that were refused', ['why']),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
