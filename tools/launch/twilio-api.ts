/**
 * Where a stand-in for Twilio's REST API answers on loopback: the demo's gateway is pointed there, and nobody listens
 * until `npm run call -- --via twilio` does.
 *
 * @param httpPort the gateway's port for web pages
 */
export function twilioApiPort(httpPort: number): number {
  const given = URL.parse(process.env.TWILIO_API_BASE ?? '')
  const isLoopback = given !== null && ['127.0.0.1', 'localhost'].includes(given.hostname)
  return isLoopback && given.port !== '' ? Number(given.port) : httpPort + 2
}
