import type { Sound } from '../sound/index.ts'
import type { AlertsPort } from './alerts.port.ts'

export function createBrowserAlerts(sound: Sound): AlertsPort {
  const supported = 'Notification' in window
  return {
    ring: on => sound.ring(on),
    setTitle: title => {
      document.title = title
    },
    permission: () => (supported ? Notification.permission : 'unsupported'),
    askPermission: async () => (supported ? Notification.requestPermission() : 'unsupported'),
    notify: ({ title, body, tag }) => {
      try {
        const notification = new Notification(title, { body, tag, requireInteraction: true })
        notification.onclick = () => {
          window.focus()
          notification.close()
        }
        return () => notification.close()
      } catch {
        // Android's browsers have the permission but let only service workers notify; the ring tone still sounds.
        return () => {}
      }
    },
    isInBackground: () => document.hidden || !document.hasFocus(),
  }
}
