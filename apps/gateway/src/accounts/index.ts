import type { Pool } from 'pg'
import { addMember, createOrganization, membershipOf, namesOfMembers } from './accounts.repository.ts'
import type { MemberRole } from './roles.rules.ts'
import { createSignIn, type SignIn, type SignInSettings } from './sign-in.ts'

export type { MemberRole } from './roles.rules.ts'
export { clientAddressHeader } from './sign-in.ts'

export type Session = {
  user: { id: string; name: string; email: string }
  organization: { id: string; name: string }
  role: MemberRole
  /** `Set-Cookie` values to send along: the session was renewed. Usually empty. */
  setCookies: string[]
}

export interface Accounts {
  /** Answers everything under `/api/auth/`. */
  handle(request: Request): Promise<Response>
  /** Who is signed in, in which organization. undefined: nobody, or a member of none. */
  sessionOf(headers: Headers): Promise<Session | undefined>
  /** Names of an organization's members by user id. */
  namesOf(organization: string): Promise<Map<string, string>>
  /** Creates the user, or gives the id of the one with this address; an existing password stays. */
  createUser(order: { name: string; email: string; passwordHash: string }): Promise<string>
  /** What is stored of a password. */
  hashPassword(password: string): Promise<string>
  createOrganization(order: { name: string; slug: string }): Promise<string>
  addMember(order: { organization: string; user: string; role: MemberRole }): Promise<void>
}

export function createAccounts(settings: Omit<SignInSettings, 'activeOrganizationOf'>): Accounts {
  const { pool } = settings
  const activeOrganizationOf = async (user: string) => (await membershipOf(pool, { user }))?.organization.id
  const signIn = createSignIn({ ...settings, activeOrganizationOf })
  return {
    handle: request => signIn.handler(request),
    sessionOf: headers => sessionOf({ signIn, pool, headers }),
    namesOf: organization => namesOfMembers(pool, organization),
    createUser: order => createUser(signIn, order),
    hashPassword: async password => (await signIn.$context).password.hash(password),
    createOrganization: order => createOrganization(pool, order),
    addMember: order => addMember(pool, order),
  }
}

async function sessionOf(order: {
  signIn: SignIn
  pool: Pool
  headers: Headers
}): Promise<Session | undefined> {
  const { signIn, pool } = order
  const answer = await signIn.api.getSession({ headers: order.headers, returnHeaders: true })
  if (!answer.response) return undefined
  const { user, session } = answer.response
  const membership = await membershipOf(pool, { user: user.id, organization: session.activeOrganizationId })
  if (!membership) return undefined
  return {
    user: { id: user.id, name: user.name, email: user.email },
    ...membership,
    setCookies: answer.headers.getSetCookie(),
  }
}

async function createUser(
  signIn: SignIn,
  order: { name: string; email: string; passwordHash: string },
): Promise<string> {
  const { internalAdapter } = await signIn.$context
  const known = await internalAdapter.findUserByEmail(order.email)
  if (known) return known.user.id
  const user = await internalAdapter.createUser({ name: order.name, email: order.email, emailVerified: true })
  await internalAdapter.linkAccount({
    userId: user.id,
    accountId: user.id,
    providerId: 'credential',
    password: order.passwordHash,
  })
  return user.id
}
