import type { Queries } from '../database/index.ts'

/** Who did what to what; nothing personal. Written in the transaction of the act itself. */
export type AuditLine = { organization: string; actor: string; act: string; subject: string }

export async function writeAuditLine(sql: Queries, line: AuditLine): Promise<void> {
  await sql.query(
    `insert into privacy.audit_log (organization, actor, act, subject) values ($1, $2, $3, $4)`,
    [line.organization, line.actor, line.act, line.subject],
  )
}
