import type { SdpAttribute, SdpConnection, SdpLine, SdpSession } from './session.ts'

const connectionValue = (connection: SdpConnection): string =>
  `IN ${connection.addressType} ${connection.address}`

const attributeLine = ({ name, value }: SdpAttribute): SdpLine => ({
  type: 'a',
  value: value === undefined ? name : `${name}:${value}`,
})

/** RFC 8866 §5 fixes the order of line types; lines of the same type keep theirs, those of no known type come last. */
function sorted(lines: readonly SdpLine[], order: string): SdpLine[] {
  const place = ({ type }: SdpLine): number => (order.includes(type) ? order.indexOf(type) : order.length)
  return lines.toSorted((a, b) => place(a) - place(b))
}

const write = (lines: readonly SdpLine[]): string =>
  lines.map(({ type, value }) => `${type}=${value.replace(/[\r\n]+/g, ' ')}\r\n`).join('')

const connectionLine = (connection: SdpConnection | undefined): SdpLine[] =>
  connection === undefined ? [] : [{ type: 'c', value: connectionValue(connection) }]

/** Writes a session description (RFC 8866 §5), CRLF at the end of each line. */
export function serializeSdp(session: SdpSession): string {
  const { username, sessionId, sessionVersion } = session.origin
  const head = sorted(
    [
      { type: 'v', value: '0' },
      { type: 'o', value: `${username} ${sessionId} ${sessionVersion} ${connectionValue(session.origin)}` },
      { type: 's', value: session.name },
      ...connectionLine(session.connection),
      ...(session.timing.length === 0 ? ['0 0'] : session.timing).map(value => ({ type: 't', value })),
      ...session.lines,
      ...session.attributes.map(attributeLine),
    ],
    'vosiuepcbtrzka',
  )
  const media = session.media.map(section => {
    const count = section.portCount === undefined ? '' : `/${section.portCount}`
    const value = [section.type, `${section.port}${count}`, section.protocol, ...section.formats].join(' ')
    return sorted(
      [
        { type: 'm', value },
        ...connectionLine(section.connection),
        ...section.lines,
        ...section.attributes.map(attributeLine),
      ],
      'micbka',
    )
  })
  return write([head, ...media].flat())
}
