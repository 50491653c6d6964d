/** An element: text is the direct character data, trimmed. */
export type XmlElement = {
  name: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string
}

export class XmlError extends Error {}

const token =
  /<\?xml[^?]*\?>|<\/([A-Za-z]+)\s*>|<([A-Za-z]+)((?:\s+[A-Za-z]+\s*=\s*"[^"<]*")*)\s*(\/?)>|([^<]+)|</g
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Reads the small XML that TwiML is: elements, double-quoted attributes, text, the five entities.
 *
 * @throws {XmlError} on anything else.
 */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  for (const match of source.trim().matchAll(token)) readToken(match, open)
  const [only, ...others] = root.children
  if (open.length !== 1 || !only || others.length > 0 || root.text !== '')
    throw new XmlError('the document is not one complete element')
  return only
}

function readToken(match: RegExpMatchArray, open: XmlElement[]): void {
  const [whole, closing, opening, attributes, selfClosing, text] = match
  const parent = open.at(-1)
  if (!parent) throw new XmlError('text after the end')
  if (whole.startsWith('<?xml')) return
  if (text !== undefined) {
    parent.text = (parent.text + decode(text)).trim()
  } else if (closing !== undefined) {
    if (parent.name !== closing) throw new XmlError(`</${closing}> closes <${parent.name}>`)
    open.pop()
  } else if (opening !== undefined) {
    const element = { name: opening, attributes: readAttributes(attributes ?? ''), children: [], text: '' }
    parent.children.push(element)
    if (!selfClosing) open.push(element)
  } else {
    throw new XmlError(`unexpected "${whole}" at ${match.index}`)
  }
}

function readAttributes(source: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [, name, value] of source.matchAll(/([A-Za-z]+)\s*=\s*"([^"]*)"/g)) {
    if (name === undefined || name in attributes) throw new XmlError(`attribute ${name} twice`)
    attributes[name] = decode(value ?? '')
  }
  return attributes
}

function decode(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const character = entities[name]
    if (character === undefined || !whole.endsWith(';')) throw new XmlError(`unknown entity ${whole}`)
    return character
  })
}
