import { parseXml, type XmlElement, XmlError } from './xml.ts'

/** One TwiML instruction that the stand-in can follow. */
export type TwimlVerb =
  | { verb: 'Say'; sentence: string }
  | { verb: 'Pause'; seconds: number }
  | { verb: 'Redirect'; url: string }
  | { verb: 'Connect'; stream: { url: string; parameters: Record<string, string> } }
  | { verb: 'Hangup' }

/** What Twilio would write into its debugger, by its error code. https://www.twilio.com/docs/api/errors */
export class TwimlError extends Error {}

/**
 * Reads a TwiML document, more strictly than Twilio does: a verb, noun, attribute or value that we have no reason to
 * write is an error, so that a mistake does not pass silently.
 *
 * @throws {TwimlError}
 */
export function readTwiml(document: string): TwimlVerb[] {
  const response = parse(document)
  if (response.name !== 'Response') throw new TwimlError(`<${response.name}> is not <Response>`)
  shape(response, { attributes: [], text: false })
  return response.children.map(readVerb)
}

function parse(document: string): XmlElement {
  try {
    return parseXml(document)
  } catch (error) {
    throw error instanceof XmlError ? new TwimlError(`12100 document parse failure: ${error.message}`) : error
  }
}

function readVerb(element: XmlElement): TwimlVerb {
  switch (element.name) {
    case 'Say':
      shape(element, { attributes: ['language', 'voice'], children: [], text: true })
      return { verb: 'Say', sentence: element.text }
    case 'Pause':
      shape(element, { attributes: ['length'], children: [], text: false })
      return { verb: 'Pause', seconds: readSeconds(element.attributes.length ?? '1') }
    case 'Redirect':
      shape(element, { attributes: ['method'], children: [], text: true })
      if (element.attributes.method !== 'POST') throw new TwimlError('<Redirect> must say method="POST"')
      return { verb: 'Redirect', url: element.text }
    case 'Connect':
      return readConnect(element)
    case 'Hangup':
      shape(element, { attributes: [], children: [], text: false })
      return { verb: 'Hangup' }
    default:
      throw new TwimlError(`unknown verb <${element.name}>`)
  }
}

function readConnect(element: XmlElement): TwimlVerb {
  shape(element, { attributes: [], children: ['Stream'], text: false })
  const [stream, ...others] = element.children
  if (!stream || others.length > 0) throw new TwimlError('<Connect> takes exactly one <Stream>')
  shape(stream, { attributes: ['url'], children: ['Parameter'], text: false })
  const url = stream.attributes.url ?? ''
  // Twilio takes no query string here: https://www.twilio.com/docs/voice/twiml/stream#custom-parameters
  if (!/^wss?:\/\/[^/?#]+\/[^?#]*$/.test(url)) throw new TwimlError(`11100 invalid stream URL "${url}"`)
  return { verb: 'Connect', stream: { url, parameters: readParameters(stream.children) } }
}

function readParameters(elements: XmlElement[]): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const element of elements) {
    shape(element, { attributes: ['name', 'value'], children: [], text: false })
    const { name, value } = element.attributes
    if (!name || value === undefined) throw new TwimlError('<Parameter> needs a name and a value')
    if (name.length + value.length > 500)
      throw new TwimlError(`<Parameter name="${name}"> is over 500 characters`)
    parameters[name] = value
  }
  return parameters
}

function readSeconds(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new TwimlError(`<Pause length="${text}">`)
  return Number(text)
}

function shape(
  element: XmlElement,
  allowed: { attributes: string[]; children?: string[]; text: boolean },
): void {
  for (const name of Object.keys(element.attributes)) {
    if (!allowed.attributes.includes(name))
      throw new TwimlError(`unknown attribute ${name} of <${element.name}>`)
  }
  for (const child of element.children) {
    if (allowed.children && !allowed.children.includes(child.name))
      throw new TwimlError(`<${child.name}> in <${element.name}>`)
  }
  if (allowed.text !== element.text.length > 0)
    throw new TwimlError(`<${element.name}> ${allowed.text ? 'needs' : 'takes no'} text`)
}
