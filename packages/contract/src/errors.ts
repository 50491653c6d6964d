import { z } from 'zod'

/** Every error that leaves the gateway carries one of these codes and a sentence that says what to do. */
export const errorCode = z.enum([
  'request.malformed',
  'request.too-large',
  'request.too-many',
  'session.missing',
  'session.forbidden',
  'call.gone',
  'call.taken',
  'call.not-yours',
  'operator.no-line',
  'operator.no-phone',
  'operator.answers-by-phone',
  'operator.busy',
  'line.refused',
  'number.malformed',
  'number.none-to-show',
  'carrier.bad-signature',
  'carrier.unknown-account',
  'trunk.none-calls-out',
  'trunk.full',
  'trunk.unknown',
  'trunk.changed',
  'trunk.name-taken',
  'device.unknown',
  'device.too-many',
  'gateway.stopping',
  'gateway.database-away',
  'gateway.internal',
])
export type ErrorCode = z.infer<typeof errorCode>

export const errorBody = z.object({ error: z.object({ code: errorCode, message: z.string() }) })
export type ErrorBody = z.infer<typeof errorBody>
