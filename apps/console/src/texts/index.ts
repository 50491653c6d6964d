export { type Language, languageNames, languageOf, languages } from './language.rules.ts'
export { startTexts } from './texts.ts'
