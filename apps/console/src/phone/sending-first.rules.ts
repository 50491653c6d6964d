import type { CallCodec } from '@ringdown/contract'

/** The description with this codec as the most wanted one of its only m-line, or null where it is not in there (RFC 8866 §5.14). */
export function sendingFirst(sdp: string, codec: CallCodec): string | null {
  const map = new RegExp(`^a=rtpmap:(\\d+) ${codec}/`, 'im').exec(sdp)
  const line = /^m=audio \d+ \S+((?: \d+)+)/m.exec(sdp)
  const [first, types] = [map?.[1], line?.[1]?.trim().split(' ')]
  if (first === undefined || line === null || !types?.includes(first)) return null
  const wanted = [first, ...types.filter(type => type !== first)].join(' ')
  return sdp.replace(line[0], line[0].replace(types.join(' '), wanted))
}
