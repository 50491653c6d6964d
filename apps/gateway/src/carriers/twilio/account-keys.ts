import type { Clock } from '../../legs/stream/index.ts'
import type { AccountDirectory, OpenToken, StoredAccount } from './twilio.port.ts'

/** An entry this young is used without asking the database. ms. */
const freshMs = 30_000
/** A database that does not answer within this is away, as far as a waiting caller is concerned. ms. */
const patienceMs = 1_000

export type TwilioAccount = { organization: string; accountSid: string; authToken: string }

export interface AccountKeys {
  /** Reads all accounts, so that signatures can be checked while the database is away. Rejects while it is. */
  preload(): Promise<void>
  /** Null: there is no such account, or nobody can say because the database is away. */
  find(accountSid: string): Promise<TwilioAccount | null>
}

/** Auth tokens by account, kept in memory as the database holds them: sealed. Each is opened only while it is used. */
export function createAccountKeys(given: {
  directory: AccountDirectory
  openToken: OpenToken
  clock: Clock
}): AccountKeys {
  const { directory, clock } = given
  const cache = new Map<string, { account: StoredAccount; readAt: number }>()
  const keep = (account: StoredAccount) => cache.set(account.accountSid, { account, readAt: clock.now() })

  async function lookUp(accountSid: string): Promise<StoredAccount | null> {
    const cached = cache.get(accountSid)
    if (cached && clock.now() - cached.readAt < freshMs) return cached.account
    const read = await within(patienceMs, directory.find(accountSid), clock)
    if (read === 'away') return cached?.account ?? null
    if (read) keep(read)
    else cache.delete(accountSid)
    return read
  }

  return {
    async preload() {
      for (const account of await directory.all()) keep(account)
    },
    async find(accountSid) {
      const account = await lookUp(accountSid)
      if (!account) return null
      return { organization: account.organization, accountSid, authToken: given.openToken(account) }
    },
  }
}

async function within<T>(ms: number, work: Promise<T>, clock: Clock): Promise<T | 'away'> {
  const { promise: tooLate, resolve } = Promise.withResolvers<'away'>()
  const cancel = clock.after(ms, () => resolve('away'))
  const answer = await Promise.race([work.catch(() => 'away' as const), tooLate])
  cancel()
  return answer
}
