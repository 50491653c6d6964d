export { createBrowserSession } from './browser-session.ts'
export { SignInPage } from './SignInPage.tsx'
export { Session } from './session.ts'
