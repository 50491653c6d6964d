/** The people of the demo organization, who exist only where the gateway says that it is a demo (on loopback). */
export const demoPassword = 'ringdown-demo'

export const demoAccounts = [
  { role: 'operator', email: 'operator@demo.test' },
  { role: 'operator2', email: 'operator2@demo.test' },
  { role: 'supervisor', email: 'supervisor@demo.test' },
  { role: 'administrator', email: 'admin@demo.test' },
] as const
