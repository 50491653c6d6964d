import pg from 'pg'

/**
 * The database cannot be reached or does not answer in time.
 * `outcome` says whether the statement can have taken effect: `unknown` when the connection broke under it.
 */
export class DatabaseAwayError extends Error {
  readonly code = 'gateway.database-away'
  readonly outcome: 'not run' | 'unknown'
  constructor(outcome: 'not run' | 'unknown', reason: string) {
    super(`The database is away (${reason})`)
    this.name = 'DatabaseAwayError'
    this.outcome = outcome
  }
}

/**
 * The database is there and answers, but all of its connections were in use for too long: nothing of the statement ran.
 * To be asked again, or told to whoever asked; no reason to believe that the database is lost.
 */
export class DatabaseBusyError extends Error {
  readonly code = 'gateway.database-busy'
  readonly outcome = 'not run'
  constructor() {
    super('The database is busy (no connection was free in time)')
    this.name = 'DatabaseBusyError'
  }
}

/** The database refused a statement. Holds no row values: PostgreSQL's detail, which does, is dropped here. */
export class DatabaseError extends Error {
  readonly code = 'database.refused'
  readonly sqlState: string
  readonly constraint: string | undefined
  constructor(error: pg.DatabaseError) {
    super(`${error.code ?? ''} ${messageWithoutValues(error)}`.trim())
    this.name = 'DatabaseError'
    this.sqlState = error.code ?? ''
    this.constraint = error.constraint
  }
}

/** Class 22 (data exception) quotes the value that did not fit. */
function messageWithoutValues(error: pg.DatabaseError): string {
  return error.code?.startsWith('22') ? 'a value does not fit its type' : error.message
}

/**
 * Connection exceptions, out of resources, shutting down or starting, system errors (classes 08, 53, 57P, 58), a
 * standby (25006), and a statement that was ended by its time limit (57014).
 */
const awayStates = /^(08|53|57P|58|25006$|57014$)/

const awayCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** pg and pg-pool have no codes for these. */
const awayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered a connection error))/

/** Gives every error that comes out of pg its meaning; others pass through. */
export function classify(error: unknown, phase: 'connecting' | 'running'): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof pg.DatabaseError) {
    if (!awayStates.test(error.code ?? '')) return new DatabaseError(error)
    const undone = phase === 'connecting' || error.code === '57014' || error.code?.startsWith('53')
    return new DatabaseAwayError(undone ? 'not run' : 'unknown', error.code ?? '')
  }
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (awayCodes.has(code) || awayMessages.test(error.message)) {
    return new DatabaseAwayError(phase === 'connecting' ? 'not run' : 'unknown', code || 'no answer')
  }
  return error
}
