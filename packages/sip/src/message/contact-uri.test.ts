import { expect, test } from 'vitest'
import { contactUri } from './contact-uri.ts'

test.each([
  ['udp', '192.0.2.1', 'sip:us@192.0.2.1:5060'],
  ['tcp', '192.0.2.1', 'sip:us@192.0.2.1:5060;transport=tcp'],
  ['tls', 'ringdown.example', 'sip:us@ringdown.example:5060;transport=tls'],
  ['ws', '192.0.2.1', 'sip:us@192.0.2.1:5060;transport=ws'],
  ['wss', '192.0.2.1', 'sip:us@192.0.2.1:5060;transport=ws'],
  ['udp', '2001:db8::1', 'sip:us@[2001:db8::1]:5060'],
] as const)('over %s at %s a Contact is %s (RFC 3261 §8.1.1.8, RFC 7118 §5.2)', (transport, host, uri) => {
  expect(contactUri({ user: 'us', host, port: 5060, transport })).toBe(uri)
})
