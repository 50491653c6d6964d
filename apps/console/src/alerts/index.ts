export { Alerts, type AlertTexts } from './alerts.ts'
export { Announcer } from './Announcer.tsx'
export { createBrowserAlerts } from './browser-alerts.ts'
