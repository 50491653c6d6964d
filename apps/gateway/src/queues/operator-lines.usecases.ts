import type { OperatorLine } from '@ringdown/contract'
import type { OperatorsRepository } from './operators.repository.ts'

export type OperatorLinesNeeds = {
  operators: Pick<OperatorsRepository, 'chooseLine' | 'phoneUsers'>
  /** Whether one of this member's desk phones can be reached. */
  hasPhone(member: { organization: string; member: string }): boolean
  /** Whether calls may be offered. */
  setWarm(organization: string, operator: string, warm: boolean): void
}

type Person = { organization: string; operator: string }

/** Where each operator's calls ring: in their browser, or at their desk phones. Calls are offered only where something rings. */
export function createOperatorLines(needs: OperatorLinesNeeds) {
  /** Organizations of those who answer with a desk phone. */
  const phoneUsers = new Map<string, string>()
  /** Whose browser answered its last probe. */
  const warmBrowsers = new Map<string, string>()

  const usesPhone = (operator: string): boolean => phoneUsers.has(operator)

  const isReachable = ({ organization, operator }: Person): boolean =>
    usesPhone(operator) ? needs.hasPhone({ organization, member: operator }) : warmBrowsers.has(operator)

  const tell = (person: Person) => needs.setWarm(person.organization, person.operator, isReachable(person))

  return {
    usesPhone,

    /** At start, after every line was said to be cold: whose phones are there is known, browsers come back by themselves. */
    async restore() {
      for (const { organization, operator } of await needs.operators.phoneUsers()) {
        phoneUsers.set(operator, organization)
        tell({ organization, operator })
      }
    },

    async choose(person: Person, line: OperatorLine): Promise<void> {
      await needs.operators.chooseLine(person.organization, person.operator, line)
      if (line === 'desk phone') phoneUsers.set(person.operator, person.organization)
      else phoneUsers.delete(person.operator)
      tell(person)
    },

    browserIs(person: Person, warm: boolean): void {
      if (warm) warmBrowsers.set(person.operator, person.organization)
      else warmBrowsers.delete(person.operator)
      if (!usesPhone(person.operator)) tell(person)
    },

    /** Desk phones of this member came or went. */
    phonesChanged(person: Person): void {
      if (usesPhone(person.operator)) tell(person)
    },
  }
}

export type OperatorLines = ReturnType<typeof createOperatorLines>
