export const languages = ['en', 'es'] as const
export type Language = (typeof languages)[number]

/** Each language in its own words. */
export const languageNames: Record<Language, string> = { en: 'English', es: 'Español' }

/** The first of the wished languages (BCP 47 tags, best first) that we speak; English otherwise. */
export function languageOf(wished: readonly string[]): Language {
  for (const tag of wished) {
    const primary = tag.toLowerCase().split('-')[0]
    const found = languages.find(language => language === primary)
    if (found) return found
  }
  return 'en'
}
