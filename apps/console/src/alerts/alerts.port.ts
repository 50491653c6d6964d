export type NotificationPermissionState = 'unsupported' | 'default' | 'granted' | 'denied'

/** The parts of the browser that call somebody back to this page. */
export interface AlertsPort {
  ring(on: boolean): void
  setTitle(title: string): void
  permission(): NotificationPermissionState
  askPermission(): Promise<NotificationPermissionState>
  /** Shows a notification; a click on it brings the page to the front. Returns how to take it back. */
  notify(args: { title: string; body: string; tag: string }): () => void
  /** Another tab, another window or another program is before it. */
  isInBackground(): boolean
}
