/** Calls `stop` upon Ctrl-C, SIGTERM, a closed terminal, and when the program that started this one is killed. */
export function onStopAsked(stop: () => void): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  process.once('disconnect', stop)
  process.channel?.unref()
}
