import type { Me } from '@ringdown/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { headersOf } from './request-headers.ts'
import { errorBody } from './server.ts'

export type MemberNeeds = {
  sessionOf(headers: Headers): Promise<(Me & { setCookies: string[] }) | undefined>
  publicUrl: string
  clientAddressHeader: string
}

/** Gives who asks; undefined when the request was answered here, with a refusal. */
export type MemberGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<Me | undefined>

const administrators: ReadonlySet<Me['role']> = new Set(['owner', 'administrator'])
const readOnly: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Lets members of an organization through, and writes only from pages of this gateway. */
export function createMemberGuard(needs: MemberNeeds): MemberGuard {
  return async (request, reply) => {
    if (!readOnly.has(request.method) && !isOwnPage(request, needs.publicUrl)) {
      void reply.code(403).send(errorBody('session.forbidden', 'Another site’s page cannot do this.'))
      return undefined
    }
    const session = await needs.sessionOf(headersOf(request, needs.clientAddressHeader))
    if (!session) {
      void reply.code(401).send(errorBody('session.missing', 'Sign in first.'))
      return undefined
    }
    const { setCookies, user, organization, role } = session
    for (const cookie of setCookies) reply.header('set-cookie', cookie)
    return { user, organization, role }
  }
}

/** The same, and of the members owners and administrators only. */
export function createAdministratorGuard(needs: MemberNeeds): MemberGuard {
  const member = createMemberGuard(needs)
  return async (request, reply) => {
    const me = await member(request, reply)
    if (!me || administrators.has(me.role)) return me
    void reply.code(403).send(errorBody('session.forbidden', 'Ask an administrator of your organization.'))
    return undefined
  }
}

/**
 * A browser says it by itself where the connection is one it trusts (Fetch Metadata), and by Origin on plain HTTP, under
 * whichever of our names the page was opened. Programs that are no browsers send neither, and bring no cookie unasked.
 */
function isOwnPage({ headers }: FastifyRequest, publicUrl: string): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin, host } = headers
  if (origin === undefined) return true
  return origin === new URL(publicUrl).origin || (host !== undefined && URL.parse(origin)?.host === host)
}
