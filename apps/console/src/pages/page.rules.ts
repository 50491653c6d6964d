import type { Me } from '@ringdown/contract'

/** `trunk`: the form of one, `id` null for a new one. */
export type Page =
  | { at: 'operator' }
  | { at: 'desk phones' }
  | { at: 'trunks' }
  | { at: 'trunk'; id: string | null }

/** The page of a path; the operator's for any that is not known. */
export function pageOf(path: string): Page {
  const [first, second, third] = path.split('/').filter(part => part !== '')
  if (first === 'desk-phones' && second === undefined) return { at: 'desk phones' }
  if (first !== 'trunks' || third !== undefined) return { at: 'operator' }
  if (second === undefined) return { at: 'trunks' }
  return { at: 'trunk', id: second === 'new' ? null : decode(second) }
}

export function pathOf(page: Page): string {
  if (page.at === 'operator') return '/'
  if (page.at === 'desk phones') return '/desk-phones'
  if (page.at === 'trunks') return '/trunks'
  return `/trunks/${page.id === null ? 'new' : encodeURIComponent(page.id)}`
}

/** Trunks are for those who run the organization, and so is calling somebody. */
export const runsOrganization = (role: Me['role']): boolean => role === 'owner' || role === 'administrator'

const isFormOf = (page: Page, id: string | null) => page.at === 'trunk' && page.id === id

/** Whether this step leaves the form of the trunk `open` behind, or would put another's in its place. */
export function losesForm(step: { from: Page; to: Page; open: string | null }): boolean {
  const { from, to, open } = step
  if (isFormOf(to, open)) return false
  return isFormOf(from, open) || to.at === 'trunk'
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
