import { createAccessControl } from 'better-auth/plugins/access'
import { adminAc, defaultStatements, memberAc, ownerAc } from 'better-auth/plugins/organization/access'
import { z } from 'zod'

/** What a member may do in an organization, from most to least. */
export const memberRole = z.enum(['owner', 'administrator', 'supervisor', 'operator'])
export type MemberRole = z.infer<typeof memberRole>

export const accessControl = createAccessControl(defaultStatements)

/** Rights over the organization and its members; rights over calls are checked where calls are. */
export const accessRoles = {
  owner: accessControl.newRole({ ...ownerAc.statements }),
  administrator: accessControl.newRole({ ...adminAc.statements }),
  supervisor: accessControl.newRole({ ...memberAc.statements }),
  operator: accessControl.newRole({ ...memberAc.statements }),
}
