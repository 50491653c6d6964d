/**
 * The callers of the tests. All of their numbers begin alike, so that a scan of everything a run leaves behind finds
 * any of them (leak-scan.test.ts); 555-01xx is nobody's.
 *
 * @param index 0..999
 */
export function callerNumber(index: number): string {
  return `+15550177${String(index).padStart(3, '0')}`
}

/** A caller's number as anybody might write it: with or without plus and country, grouped by blanks, dots, dashes or brackets. */
export const callerNumberAnyhow = /555[\s().-]{0,2}017[\s.-]?7/
