/**
 * Moments at which a test may hold this process, to kill it (or a worker, or the database) exactly there.
 * In production `pass` returns at once.
 */
export interface Failpoints {
  pass(
    moment: 'before append' | 'after append' | 'after effects',
    state: string,
    input: string,
    /** Ours that was dialled: tests that run several calls at once give each its own. */
    number: string,
  ): Promise<void> | undefined
}

export const noFailpoints: Failpoints = { pass: () => undefined }
