import { DatabaseAwayError, DatabaseBusyError } from '../database/index.ts'

export const isAway = (error: unknown): boolean => error instanceof DatabaseAwayError
export const isBusy = (error: unknown): boolean => error instanceof DatabaseBusyError

/** Whatever the reason, the database did not serve us: expected now and then, and no defect. */
export const isUnserved = (error: unknown): boolean => isAway(error) || isBusy(error)
