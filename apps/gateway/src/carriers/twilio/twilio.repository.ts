import type { RoleDatabase } from '../../database/index.ts'
import type { AccountDirectory, NumberDirectory, NumberRoute, StoredAccount } from './twilio.port.ts'

type AccountRow = { id: string; organization: string; account_sid: string; sealed_token: Uint8Array }

/** Accounts and numbers of every organization, for the role `engine`: a webhook says whose it is only by these. */
export function createTwilioDirectory(engine: Pick<RoleDatabase, 'query'>): {
  accounts: AccountDirectory
  numbers: NumberDirectory
} {
  return {
    accounts: {
      async find(accountSid) {
        const rows = await engine.query<AccountRow>(
          `SELECT id, organization, account_sid, sealed_token FROM carriers.accounts
           WHERE carrier = 'twilio' AND account_sid = $1`,
          [accountSid],
        )
        return rows[0] ? accountOf(rows[0]) : null
      },
      async all() {
        const rows = await engine.query<AccountRow>(
          `SELECT id, organization, account_sid, sealed_token FROM carriers.accounts WHERE carrier = 'twilio'`,
        )
        return rows.map(accountOf)
      },
    },
    numbers: {
      async find(number) {
        const [route] = await engine.query<NumberRoute>(
          `SELECT organization, number, queue, in_service AS "inService" FROM numbers.numbers WHERE number = $1`,
          [number],
        )
        return route ?? null
      },
    },
  }
}

function accountOf(row: AccountRow): StoredAccount {
  return {
    id: row.id,
    organization: row.organization,
    accountSid: row.account_sid,
    sealedToken: row.sealed_token,
  }
}
