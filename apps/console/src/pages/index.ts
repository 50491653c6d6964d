export { PageLink } from './PageLink.tsx'
export { losesForm, type Page, runsOrganization } from './page.rules.ts'
export { createBrowserHistory, Pages } from './pages.ts'
