export { createBrowserDeskPhones } from './browser-desk-phones.ts'
export { DeskPhonesPage } from './DeskPhonesPage.tsx'
export { DeskPhones } from './desk-phones.ts'
