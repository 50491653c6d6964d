export { PageLink } from './PageLink.tsx'
export { losesForm, managesTrunks, type Page } from './page.rules.ts'
export { createBrowserHistory, Pages } from './pages.ts'
