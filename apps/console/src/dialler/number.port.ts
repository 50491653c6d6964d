/** A number as it is understood. */
export type ReadNumber = {
  /** As people write it abroad, such as +1 202 555 0143. */
  international: string
  /** Two letters (ISO 3166-1), where the number says which. */
  country: string | null
}

/**
 * Reads a number as a person wrote it; null for what cannot be one. `callingCode`: of the country whose national numbers may be
 * written without it.
 */
export type NumberReader = (written: string, callingCode: string | null) => ReadNumber | null
