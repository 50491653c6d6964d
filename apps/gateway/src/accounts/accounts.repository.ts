import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import type { MemberRole } from './roles.rules.ts'
import { memberRole } from './roles.rules.ts'

/** Organizations and members, in the tables of Better Auth. The role `auth` has them in its search path. */

export type Membership = { organization: { id: string; name: string }; role: MemberRole }

/** Creates the organization, or gives the id of the one with this slug. */
export async function createOrganization(pool: Pool, order: { name: string; slug: string }): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO organization (id, name, slug, "createdAt") VALUES ($1, $2, $3, now())
     ON CONFLICT (slug) DO UPDATE SET slug = EXCLUDED.slug RETURNING id`,
    [randomUUID(), order.name, order.slug],
  )
  return rows[0]!.id
}

/** Makes the user a member, or gives a member another role. */
export async function addMember(
  pool: Pool,
  order: { organization: string; user: string; role: MemberRole },
): Promise<void> {
  await pool.query(
    `INSERT INTO member (id, "organizationId", "userId", role, "createdAt") VALUES ($1, $2, $3, $4, now())
     ON CONFLICT ("organizationId", "userId") DO UPDATE SET role = EXCLUDED.role`,
    [randomUUID(), order.organization, order.user, order.role],
  )
}

/** The membership in `organization`, or the oldest one. */
export async function membershipOf(
  pool: Pool,
  order: { user: string; organization?: string | null | undefined },
): Promise<Membership | undefined> {
  const { rows } = await pool.query<{ id: string; name: string; role: string }>(
    `SELECT o.id, o.name, m.role FROM member m JOIN organization o ON o.id = m."organizationId"
     WHERE m."userId" = $1 AND ($2::text IS NULL OR o.id = $2) ORDER BY m."createdAt", m.id LIMIT 1`,
    [order.user, order.organization ?? null],
  )
  const [row] = rows
  return row && { organization: { id: row.id, name: row.name }, role: memberRole.parse(row.role) }
}

/** Names of an organization's members by user id. */
export async function namesOfMembers(pool: Pool, organization: string): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; name: string }>(
    `SELECT u.id, u.name FROM member m JOIN "user" u ON u.id = m."userId" WHERE m."organizationId" = $1`,
    [organization],
  )
  return new Map(rows.map(row => [row.id, row.name]))
}
