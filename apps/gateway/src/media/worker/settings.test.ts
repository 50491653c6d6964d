import { expect, it } from 'vitest'
import { readWorkerSettings } from './settings.rules.ts'

const environment = {
  RINGDOWN_WORKER_INDEX: '1',
  RINGDOWN_WORKER_SOCKET: '/run/worker.sock',
  RINGDOWN_MEDIA_PORT_FROM: '40000',
  RINGDOWN_MEDIA_PORT_TO: '40098',
  RINGDOWN_WEBRTC_PORT: '40099',
}

it('reads what the supervisor gives, and binds to loopback unless told otherwise', () => {
  expect(readWorkerSettings(environment, '/prompts')).toEqual({
    index: 1,
    socketPath: '/run/worker.sock',
    mediaPorts: { from: 40000, to: 40098 },
    webrtcPort: 40099,
    publicIp: undefined,
    mediaHosts: { 4: '127.0.0.1', 6: '::1' },
    prompts: '/prompts',
  })
})

it.each([
  ['RINGDOWN_WORKER_SOCKET', `/${'x'.repeat(107)}`],
  ['RINGDOWN_WEBRTC_PORT', '70000'],
  ['RINGDOWN_PUBLIC_IP', 'example.org'],
  ['RINGDOWN_MEDIA_HOST', 'localhost'],
  ['RINGDOWN_MEDIA_HOST', '::1'],
  ['RINGDOWN_MEDIA_HOST_IPV6', '127.0.0.1'],
])('refuses to start with %s = %s, and names the variable', (name, value) => {
  expect(() => readWorkerSettings({ ...environment, [name]: value }, '/prompts')).toThrow(name)
})
