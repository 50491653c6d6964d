import { randomInt } from 'node:crypto'

/** Typed on small keyboards, so in one case and without what looks alike: i, l, o, 0 and 1. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** log2(31) is 4.95: 118 bits. */
const passwordLength = 24
/** One of 8.5 * 10^11, and unique by the database. */
const usernameLength = 8

const random = (length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

export const newPassword = (): string => random(passwordLength)

/** Begins with a letter, as some telephones want. */
export const newUsername = (): string => `phone${random(usernameLength)}`
