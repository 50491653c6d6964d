/** Browsers that differ in what their microphone can do and where its permission hides. */
export type BrowserFamily = 'chromium' | 'firefox' | 'safari'

export function browserFamily(userAgent: string): BrowserFamily {
  if (/Firefox\/|FxiOS\//.test(userAgent)) return 'firefox'
  // Every Chromium browser also says "Safari"; only Safari says it without "Chrome".
  if (/Safari\//.test(userAgent) && !/Chrom(e|ium)\/|CriOS\/|EdgiOS\/|Edg\//.test(userAgent)) return 'safari'
  return 'chromium'
}
