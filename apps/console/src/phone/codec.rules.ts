/**
 * Puts G.711 first, mu-law before A-law: what a telephone sends then passes to the browser untouched (FEATURES AU-1).
 * The others stay behind them, in the browser's own order.
 */
export function preferTelephoneCodecs<T extends { mimeType: string }>(codecs: readonly T[]): T[] {
  const rank = (codec: T) => {
    const at = ['audio/pcmu', 'audio/pcma'].indexOf(codec.mimeType.toLowerCase())
    return at < 0 ? 2 : at
  }
  return codecs.toSorted((a, b) => rank(a) - rank(b))
}
