import { expect, test } from 'vitest'
import { browserFamily } from './browser-family.rules.ts'
import { preferTelephoneCodecs } from './codec.rules.ts'
import { microphoneConstraints } from './constraints.rules.ts'
import { noStats } from './create-test-phone.ts'
import { rateQuality } from './quality.rules.ts'
import { readStats } from './stats.rules.ts'

const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'

test.each([
  ['chromium', `Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/140.0.0.0 Safari/537.36`],
  ['chromium', `Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`],
  ['firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'],
  ['safari', `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/18.1 Safari/605.1.15`],
  [
    'safari',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${webkit} Version/18.1 Mobile/15E148 Safari/604.1`,
  ],
] as const)('tells %s by its user agent', (family, userAgent) => {
  expect(browserFamily(userAgent)).toBe(family)
})

test.each([
  ['chromium', { echoCancellation: true, noiseSuppression: true, autoGainControl: true }],
  ['firefox', { echoCancellation: true, noiseSuppression: true, autoGainControl: false }],
  ['safari', { echoCancellation: true, noiseSuppression: false, autoGainControl: false }],
] as const)('OP-6: asks %s only for what it does well', (family, expected) => {
  expect(microphoneConstraints({ family, processing: true, device: null })).toMatchObject(expected)
})

test('with processing off, it asks for the microphone as it is, of the chosen device', () => {
  expect(microphoneConstraints({ family: 'chromium', processing: false, device: 'd1' })).toEqual({
    channelCount: { ideal: 1 },
    deviceId: { ideal: 'd1' },
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
  })
})

test('AU-1: PCMU first, then PCMA, the others in the order of the browser', () => {
  const codecs = ['audio/opus', 'audio/red', 'audio/PCMA', 'audio/CN', 'audio/PCMU', 'audio/telephone-event']
  expect(preferTelephoneCodecs(codecs.map(mimeType => ({ mimeType }))).map(codec => codec.mimeType)).toEqual([
    'audio/PCMU',
    'audio/PCMA',
    'audio/opus',
    'audio/red',
    'audio/CN',
    'audio/telephone-event',
  ])
})

test('reads seconds as milliseconds and fractions as percent', () => {
  const stats = readStats([
    { type: 'codec' },
    { type: 'inbound-rtp', kind: 'audio', packetsReceived: 90, packetsLost: 10, jitter: 0.004 },
    { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.02, jitter: 0.01, roundTripTime: 0.05 },
  ])
  expect(stats).toEqual({
    packetsReceived: 90,
    packetsLost: 10,
    jitterMs: 4,
    roundTripMs: 50,
    sentLossPercent: 2,
    sentJitterMs: 10,
  })
})

test('an idle line has no numbers yet', () => {
  expect(readStats([{ type: 'transport' }])).toEqual(noStats)
})

const heard = {
  ...noStats,
  packetsReceived: 100,
  jitterMs: 5,
  roundTripMs: 40,
  sentLossPercent: 0,
  sentJitterMs: 2,
}

test.each([
  ['good', {}, 'good', 'good'],
  ['one packet in fifty lost on the way here', { packetsLost: 2, packetsReceived: 98 }, 'fair', 'good'],
  ['one in ten lost on the way here', { packetsLost: 10, packetsReceived: 90 }, 'poor', 'good'],
  ['an unsteady way here', { jitterMs: 45 }, 'fair', 'good'],
  ['losses on the way there', { sentLossPercent: 8 }, 'good', 'poor'],
  ['a long way both ways', { roundTripMs: 700 }, 'poor', 'poor'],
  ['nothing arriving', { packetsReceived: 0 }, 'silent', 'good'],
  ['no report from the gateway yet', { sentLossPercent: null, sentJitterMs: null }, 'good', 'unknown'],
] as const)('grades %s', (_title, fields, hearing, speaking) => {
  const quality = rateQuality({ before: noStats, after: { ...heard, ...fields }, callerQuality: null })
  expect([quality.hearing.grade, quality.speaking.grade]).toEqual([hearing, speaking])
})

test('what the gateway measures at the caller counts for the way there', () => {
  const callerQuality = { lossPercent: 6, jitterMs: 10 }
  const { speaking } = rateQuality({ before: noStats, after: heard, callerQuality })
  expect(speaking).toEqual({ grade: 'poor', lossPercent: 6, jitterMs: 10 })
})
