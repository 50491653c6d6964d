export { PageLink } from './PageLink.tsx'
export { callsOut, losesForm, managesTrunks, type Page } from './page.rules.ts'
export { createBrowserHistory, Pages } from './pages.ts'
