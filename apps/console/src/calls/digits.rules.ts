/** The keys of a telephone, row by row. */
export const keypadRows = [
  ['1', '2', '3'],
  ['4', '5', '6'],
  ['7', '8', '9'],
  ['*', '0', '#'],
] as const

export function isDigit(key: string): boolean {
  return /^[0-9*#]$/.test(key)
}
