import { expect, test } from 'vitest'
import { losesForm, type Page, pageOf, pathOf, runsOrganization } from './page.rules.ts'
import { type BrowserHistory, Pages } from './pages.ts'

const operator: Page = { at: 'operator' }
const deskPhones: Page = { at: 'desk phones' }
const list: Page = { at: 'trunks' }
const trunk = (id: string | null): Page => ({ at: 'trunk', id })

function createTestHistory(start: string) {
  const entries = [start]
  let place = 0
  let moved = () => {}
  const history: BrowserHistory = {
    path: () => entries[place] ?? '/',
    push: path => {
      entries.splice(place + 1, entries.length, path)
      place += 1
    },
    onMove: listener => {
      moved = listener
    },
  }
  const back = () => {
    place -= 1
    moved()
  }
  return { history, back, entries }
}

test.each<[string, Page]>([
  ['/', operator],
  ['/trunks', list],
  ['/desk-phones', deskPhones],
  ['/desk-phones/a', operator],
  ['/trunks/', list],
  ['/trunks/new', trunk(null)],
  ['/trunks/trunk_1', trunk('trunk_1')],
  ['/trunks/%E0%A4%A', trunk('%E0%A4%A')],
  ['/trunks/a/b', operator],
  ['/elsewhere', operator],
])('%s has its page', (path, page) => expect(pageOf(path)).toEqual(page))

test.each([operator, deskPhones, list, trunk(null), trunk('a b')])('%o has a path that leads to it', page => {
  expect(pageOf(pathOf(page))).toEqual(page)
})

test('trunks are for owners and administrators', () => {
  const roles = ['owner', 'administrator', 'supervisor', 'operator'] as const
  expect(roles.filter(runsOrganization)).toEqual(['owner', 'administrator'])
})

test.each<[Page, Page, boolean]>([
  [trunk('a'), list, true],
  [trunk('a'), trunk('a'), false],
  [list, trunk('b'), true],
  [list, operator, false],
  [operator, trunk('a'), false],
])('the form of trunk a is lost from %o to %o: %s', (from, to, lost) => {
  expect(losesForm({ from, to, open: 'a' })).toBe(lost)
})

test('pages are steps of the browser’s history', () => {
  const { history, back } = createTestHistory('/')
  const pages = new Pages({ history, isLoss: () => false })
  pages.go(list)
  pages.go(trunk(null))
  expect(history.path()).toBe('/trunks/new')
  back()
  expect(pages.value.page).toEqual(list)
  back()
  expect(pages.value.page).toEqual(operator)
})

test('whoever would lose something is asked, and stays where they are until they say', () => {
  const { history, back } = createTestHistory('/trunks')
  const pages = new Pages({ history, isLoss: from => from.at === 'trunk' })
  pages.go(trunk('a'))
  back()
  expect(history.path()).toBe('/trunks/a')
  expect(pages.value).toEqual({ page: trunk('a'), leavingFor: list })
  pages.stay()
  expect(pages.value).toEqual({ page: trunk('a'), leavingFor: null })
  pages.go(operator)
  expect(pages.value.leavingFor).toEqual(operator)
  pages.show(operator)
  expect(pages.value).toEqual({ page: operator, leavingFor: null })
  expect(history.path()).toBe('/')
})
