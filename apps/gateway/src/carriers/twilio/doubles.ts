import { DatabaseAwayError } from '../../database/index.ts'
import type {
  AccountDirectory,
  CallerVault,
  NumberDirectory,
  NumberRoute,
  OpenToken,
  StoredAccount,
} from './twilio.port.ts'

/** Accounts and numbers in memory, and the switch that takes the database away. */
export function createTestDirectory(given: { accounts: StoredAccount[]; numbers: NumberRoute[] }) {
  let away = false
  const ask = async <T>(answer: T): Promise<T> => {
    if (away) throw new DatabaseAwayError('not run', 'test')
    return answer
  }
  const accounts: AccountDirectory = {
    find: accountSid => ask(given.accounts.find(one => one.accountSid === accountSid) ?? null),
    all: () => ask(given.accounts),
  }
  const numbers: NumberDirectory = {
    find: number => ask(given.numbers.find(one => one.number === number) ?? null),
  }
  return {
    accounts,
    numbers,
    goAway() {
      away = true
    },
  }
}

/** "Sealing" that is visibly not the plain text. */
export function createTestSeal(): { seal(token: string): Uint8Array; openToken: OpenToken } {
  return {
    seal: token => Buffer.from([...token].reverse().join('')),
    openToken: ({ sealedToken }) => [...Buffer.from(sealedToken).toString()].reverse().join(''),
  }
}

export function createTestVault() {
  const stored: { organization: string; number: string | null }[] = []
  const vault: CallerVault = {
    async storeCaller(caller) {
      stored.push(caller)
      return `caller-${stored.length}`
    },
  }
  return { vault, stored }
}
