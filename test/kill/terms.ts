import type { TestGateway } from '../harness/gateway.ts'

/** Limits of a queue, seconds. */
export type Terms = {
  greeting: string | null
  wait_limit_s: number
  ring_s: number
  wrap_up_s: number
  return_limit_s: number
}

/** Nothing ends by itself while a scenario is played. */
export const patientTerms: Terms = {
  greeting: null,
  wait_limit_s: 300,
  ring_s: 120,
  wrap_up_s: 120,
  return_limit_s: 120,
}

export async function setTerms(
  gateway: TestGateway,
  organization: string,
  terms: Partial<Terms>,
): Promise<void> {
  const { greeting, wait_limit_s, ring_s, wrap_up_s, return_limit_s } = { ...patientTerms, ...terms }
  await gateway.sql(
    `update queues.queues set greeting = $2, wait_limit_s = $3, ring_s = $4, wrap_up_s = $5, return_limit_s = $6
     where organization = $1`,
    [organization, greeting, wait_limit_s, ring_s, wrap_up_s, return_limit_s],
  )
}
