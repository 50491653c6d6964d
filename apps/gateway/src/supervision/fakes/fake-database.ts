import { appendFileSync } from 'node:fs'

/** A database for tests of the supervisor: stays, and ends on SIGINT as PostgreSQL does. */
const journal = (text: string) => appendFileSync(process.env.FAKE_JOURNAL ?? '', `database ${text}\n`)

process.on('SIGINT', () => {
  journal('ended')
  process.exit(0)
})
setInterval(() => undefined, 60_000)
journal(`started ${process.pid}`)
