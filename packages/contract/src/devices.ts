import { z } from 'zod'
import { sipTransport } from './trunks.ts'

/**
 * Desk phones (FEATURES RT-10): SIP devices that register with their own password.
 * `GET POST /api/v1/devices`, `DELETE /api/v1/devices/:id`. Members see and make their own; administrators everyone's.
 */
export const deviceView = z.object({
  id: z.string(),
  name: z.string(),
  member: z.object({ id: z.string(), name: z.string() }),
  /** What the phone is told: its digest username (RFC 3261 §22). */
  username: z.string(),
  contacts: z.array(
    z.object({
      transport: sipTransport,
      userAgent: z.string().nullable(),
      /** ms since the epoch. */
      expiresAt: z.number(),
    }),
  ),
})
export type DeviceView = z.infer<typeof deviceView>

export const deviceList = z.object({
  devices: z.array(deviceView),
  /** Whom the one who asks may make a phone for: of those who are no administrators, themselves. */
  members: z.array(z.object({ id: z.string(), name: z.string() })),
  /** What else is entered in the phone. */
  server: z.object({
    host: z.string(),
    /** Of UDP and TCP. */
    port: z.number().int(),
    realm: z.string(),
    /** All that are listened on, each with its port. */
    transports: z.array(z.object({ transport: sipTransport, port: z.number().int() })),
  }),
})
export type DeviceList = z.infer<typeof deviceList>

/** `member` left out: the one who asks. */
export const newDevice = z.object({
  name: z.string().trim().min(1, 'Give the phone a name.').max(80),
  member: z.string().max(64).optional(),
})
export type NewDevice = z.infer<typeof newDevice>

/** The password is shown this once. */
export const deviceMade = z.object({ device: deviceView, password: z.string() })
export type DeviceMade = z.infer<typeof deviceMade>

/** Where an operator's calls ring. */
export const operatorLine = z.enum(['browser', 'desk phone'])
export type OperatorLine = z.infer<typeof operatorLine>
