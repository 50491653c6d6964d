import type { LiveMessage, OperatorView } from '@ringdown/contract'
import { liveVersion } from '@ringdown/contract'
import type { Boards } from './board.ts'
import { operatorViewOf, type Reached } from './view.rules.ts'

/** One open page. */
export type Page = {
  operator: { id: string; name: string }
  organization: { id: string; name: string }
  send(message: LiveMessage): void
  /** Says that another page took over, and ends this one's socket. */
  replace(): void
}

export type HubNeeds = {
  boards: Boards
  reached(operator: { id: string; organization: string }): Reached
  onFailed(error: unknown): void
}

/** Changes within this time reach the pages as one view. ms */
const gatherMs = 15
/** After a failure. ms */
const tryAgainMs = 500

/** Who has which page open, and what they were last shown. One page per operator: the newest. */
export function createHub(needs: HubNeeds) {
  const pages = new Map<string, { page: Page; shown: string }>()
  const dirty = new Map<string, { again: boolean }>()

  const reachedAt = ({ operator, organization }: Page): Reached =>
    needs.reached({ id: operator.id, organization: organization.id })

  async function draw(organization: string) {
    const open = [...pages.values()].filter(p => p.page.organization.id === organization)
    const first = open[0]
    if (!first) return
    const board = await needs.boards.read(first.page.organization)
    for (const entry of open) {
      const view = operatorViewOf(board, entry.page.operator, reachedAt(entry.page))
      show(entry, view)
    }
  }

  function show(entry: { page: Page; shown: string }, view: OperatorView) {
    const seen = JSON.stringify({ ...view, now: 0 })
    if (seen === entry.shown) return
    entry.shown = seen
    entry.page.send({ type: 'view', version: liveVersion, view })
  }

  async function drawLater(organization: string, mark: { again: boolean }) {
    let pauseMs = gatherMs
    do {
      await new Promise(resolve => setTimeout(resolve, pauseMs))
      pauseMs = gatherMs
      mark.again = false
      try {
        await draw(organization)
      } catch (error) {
        needs.onFailed(error)
        // A page that was shown nothing does not know what it has to do, and nothing else may ever change.
        mark.again = true
        pauseMs = tryAgainMs
      }
    } while (mark.again)
    dirty.delete(organization)
  }

  return {
    /** Something that this organization's pages show has changed. */
    changed(organization: string) {
      const waiting = dirty.get(organization)
      if (waiting) {
        waiting.again = true
        return
      }
      const mark = { again: false }
      dirty.set(organization, mark)
      void drawLater(organization, mark)
    },
    enter(page: Page) {
      const former = pages.get(page.operator.id)
      pages.set(page.operator.id, { page, shown: '' })
      former?.page.replace()
      page.send({ type: 'line', line: reachedAt(page).line.id })
    },
    /** False when another page of the same operator had taken over already. */
    leave(page: Page): boolean {
      if (pages.get(page.operator.id)?.page !== page) return false
      pages.delete(page.operator.id)
      return true
    },
    has: (operator: string) => pages.has(operator),
    present: () => [...pages.keys()],
    send: (operator: string, message: LiveMessage) => pages.get(operator)?.page.send(message),
    organizationOf: (operator: string) => pages.get(operator)?.page.organization.id,
    count: () => pages.size,
  }
}

export type Hub = ReturnType<typeof createHub>
