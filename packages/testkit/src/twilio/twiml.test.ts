import { describe, expect, test } from 'vitest'
import { readTwiml, TwimlError } from './twiml.ts'

const document = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${body}</Response>`
const stream = (body: string, url = 'wss://a.test/s/1') =>
  document(`<Connect><Stream url="${url}">${body}</Stream></Connect>`)

describe('the strict interpreter of TwiML', () => {
  test('reads what we write', () => {
    const source = document(
      '<Say language="en-US">One &amp; two.</Say><Pause length="2"/>' +
        '<Connect><Stream url="wss://a.test/s/1"><Parameter name="token" value="x.y"/></Stream></Connect>' +
        '<Redirect method="POST">https://a.test/resume?comeback=1</Redirect><Hangup/>',
    )
    expect(readTwiml(source)).toEqual([
      { verb: 'Say', sentence: 'One & two.' },
      { verb: 'Pause', seconds: 2 },
      { verb: 'Connect', stream: { url: 'wss://a.test/s/1', parameters: { token: 'x.y' } } },
      { verb: 'Redirect', url: 'https://a.test/resume?comeback=1' },
      { verb: 'Hangup' },
    ])
  })

  test.each([
    { wrong: 'no XML', source: 'hello' },
    { wrong: 'an unclosed element', source: '<Response><Say>Hi</Response>' },
    { wrong: 'two roots', source: '<Response/><Response/>' },
    { wrong: 'another root', source: '<Reply/>' },
    { wrong: 'an unknown verb', source: document('<Sing>la</Sing>') },
    { wrong: 'a verb in the wrong case', source: document('<hangup/>') },
    { wrong: 'an unknown attribute', source: document('<Hangup reason="x"/>') },
    { wrong: 'an attribute twice', source: document('<Pause length="1" length="2"/>') },
    { wrong: 'an empty <Say>', source: document('<Say></Say>') },
    { wrong: 'text in <Hangup>', source: document('<Hangup>now</Hangup>') },
    { wrong: 'a bare ampersand', source: document('<Say>a & b</Say>') },
    { wrong: 'an unknown entity', source: document('<Say>&nbsp;</Say>') },
    { wrong: 'a pause of nothing', source: document('<Pause length="0"/>') },
    { wrong: 'a redirect without its method', source: document('<Redirect>https://a.test/</Redirect>') },
    { wrong: '<Connect> without a stream', source: document('<Connect></Connect>') },
    { wrong: 'a stream with a query string', source: stream('', 'wss://a.test/s?token=1') },
    { wrong: 'a stream over HTTP', source: stream('', 'https://a.test/s') },
    { wrong: 'a parameter without a value', source: stream('<Parameter name="token"/>') },
    {
      wrong: 'a parameter over 500 characters',
      source: stream(`<Parameter name="t" value="${'x'.repeat(500)}"/>`),
    },
    { wrong: 'another noun in a stream', source: stream('<Say>x</Say>') },
  ])('refuses $wrong', ({ source }) => {
    expect(() => readTwiml(source)).toThrow(TwimlError)
  })
})
