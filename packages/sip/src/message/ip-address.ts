const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/
const GROUP = /^[0-9A-Fa-f]{1,4}$/

/** Whether text is an IPv4 address in dotted decimal. */
const isIpv4 = (text: string): boolean =>
  IPV4.test(text) && text.split('.').every(part => Number(part) <= 255)

/** How many of the eight 16-bit groups a run of groups fills; undefined when one of them is malformed. */
function groupsIn(run: string, last: boolean): number | undefined {
  if (run === '') return 0
  const parts = run.split(':')
  const tail = last && isIpv4(parts.at(-1)!) ? parts.pop() : undefined
  if (!parts.every(part => GROUP.test(part))) return undefined
  return parts.length + (tail === undefined ? 0 : 2)
}

/**
 * Whether text is an IPv6 address (RFC 4291 §2.2), without brackets and zone. A third colon before an IPv4 part is
 * tolerated: the grammar of RFC 3261 asks for it by mistake (RFC 5118 §4.10).
 */
export function isIpv6(text: string): boolean {
  if (text.length > 46) return false
  const [head = '', tail, ...more] = text.replace(/:::(\d)/, '::$1').split('::')
  if (more.length > 0) return false
  const before = groupsIn(head, tail === undefined)
  const after = tail === undefined ? 0 : groupsIn(tail, true)
  if (before === undefined || after === undefined) return false
  return tail === undefined ? before === 8 : before + after < 8
}
