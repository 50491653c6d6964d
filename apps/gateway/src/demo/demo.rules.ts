import type { MemberRole } from '../accounts/index.ts'

/** The demo's fixed facts (DESIGN §7). All of them are public, which is why the demo listens on loopback only. */
export const demo = {
  organization: { name: 'Demo Hotline', slug: 'demo-hotline' },
  number: '+15550100',
  password: 'ringdown-demo',
  twilio: { sid: `AC${'0'.repeat(32)}`, token: 'demo-twilio-token' },
  queue: { name: 'Main', greeting: 'en/greeting', language: 'en' },
  trunk: 'Demo trunk',
} as const

export type DemoPerson = { email: string; name: string; role: MemberRole }

export const demoPeople: readonly DemoPerson[] = [
  { email: 'admin@demo.test', name: 'Alma Reyes', role: 'administrator' },
  { email: 'supervisor@demo.test', name: 'Sam Carter', role: 'supervisor' },
  { email: 'operator@demo.test', name: 'Olivia Brooks', role: 'operator' },
  { email: 'operator2@demo.test', name: 'Mateo Cruz', role: 'operator' },
]

/** `count` operators beyond those two, from operator3@demo.test on: for tests with many. */
export function furtherOperators(count: number): DemoPerson[] {
  return Array.from({ length: count }, (_, index) => index + 3).map(number => ({
    email: `operator${number}@demo.test`,
    name: `Operator ${number}`,
    role: 'operator',
  }))
}
