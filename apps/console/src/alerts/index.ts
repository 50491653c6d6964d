export { Announcer } from './Announcer.tsx'
export { Alerts, type AlertTexts } from './alerts.ts'
export { createBrowserAlerts } from './browser-alerts.ts'
