import { z } from 'zod'

/** What a stream leg must remember across a restart: plain data, sealed by whoever stores it. */
const legData = z.object({
  version: z.literal(1),
  carrier: z.literal('twilio'),
  account: z.string(),
  call: z.string(),
  resumeUrl: z.string(),
  /** Mark of the first stream's token. Later tokens live in memory only: a carrier that holds one from before a restart asks again. */
  token: z.object({ hash: z.string().length(43), expiresAt: z.number() }),
})
export type LegData = z.infer<typeof legData>

export function writeLegData(data: LegData): string {
  return JSON.stringify(data)
}

/** Undefined where the text was not written by `writeLegData`. */
export function readLegData(text: string): LegData | undefined {
  try {
    return legData.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
