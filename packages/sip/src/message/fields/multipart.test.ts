import { describe, expect, test } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../utf8.ts'
import { bodyOfType, bodyPartsOf, sessionDescriptionOf } from './multipart.ts'

const message = (type: string, body: string) => ({
  headers: [{ name: 'Content-Type', value: type }],
  body: encodeUtf8(body),
})

const part = (type: string, body: string): string => `Content-Type: ${type}\r\n\r\n${body}`

const multipart = (boundary: string, ...parts: string[]): string =>
  `${parts.map(text => `--${boundary}\r\n${text}\r\n`).join('')}--${boundary}--\r\n`

const texts = (of: ReturnType<typeof message>) => {
  const result = bodyPartsOf(of)
  return result.ok ? result.parts.map(({ body }) => decodeUtf8(body)) : result.code
}

describe('the bodies of a message (RFC 5621, RFC 2046 §5.1)', () => {
  test('are none, one, or the parts in order', () => {
    expect(texts(message('text/plain', ''))).toEqual([])
    expect(texts(message('text/plain', 'a'))).toEqual(['a'])
    const body = multipart('b', part('text/plain', 'one\r\ntwo'), part('text/html', ''), '\r\nno headers')
    expect(texts(message('multipart/mixed; boundary=b', body))).toEqual(['one\r\ntwo', '', 'no headers'])
  })

  test('are found behind a preamble, before an epilogue, in quotes and with blanks after the delimiter', () => {
    const body = `ignore\r\n--b c  \r\n${part('text/plain', 'x')}\r\n--b c--\r\nignore\r\n--b c\r\n`
    expect(texts(message('multipart/mixed;boundary="b c"', body))).toEqual(['x'])
  })

  test('are not torn apart by lines that only begin like the delimiter', () => {
    const body = multipart('b', part('text/plain', '--bb\r\n--\r\n-b'))
    expect(texts(message('multipart/mixed;boundary=b', body))).toEqual(['--bb\r\n--\r\n-b'])
  })

  test('are found in nested multiparts, the session description among them', () => {
    const inner = multipart('in', part('application/sdp', 'v=0'), part('text/plain', 'x'))
    const outer = multipart('out', part('multipart/alternative;boundary=in', inner), part('text/xml', 'y'))
    const nested = message('multipart/mixed;boundary=out', outer)
    expect(texts(nested)).toEqual(['v=0', 'x', 'y'])
    expect(decodeUtf8(bodyOfType(nested, 'application/sdp')!)).toBe('v=0')
    expect(bodyOfType(nested, 'image/png')).toBeUndefined()
  })

  test('hold one offer or answer: not what is meant for early media alone (RFC 3959 §4)', () => {
    const early = 'Content-Type: application/sdp\r\nContent-Disposition: early-session\r\n\r\nearly'
    const body = multipart('b', early, part('application/sdp', 'v=0'))
    expect(decodeUtf8(sessionDescriptionOf(message('multipart/mixed;boundary=b', body))!)).toBe('v=0')
    expect(sessionDescriptionOf(message('multipart/mixed;boundary=b', multipart('b', early)))).toBeUndefined()
    expect(sessionDescriptionOf(message('application/sdp', ''))).toBeUndefined()
  })

  test.each([
    ['no boundary', 'multipart/mixed', '--b\r\n\r\n--b--'],
    ['a boundary over 70 characters', `multipart/mixed;boundary=${'b'.repeat(71)}`, ''.padEnd(200, 'b')],
    ['no delimiter', 'multipart/mixed;boundary=b', 'text'],
    ['no closing delimiter', 'multipart/mixed;boundary=b', '--b\r\n\r\ntext\r\n'],
    ['a malformed part header', 'multipart/mixed;boundary=b', '--b\r\nnonsense\r\n\r\ntext\r\n--b--'],
  ])('with %s are refused', (_, type, body) => {
    expect(texts(message(type, body))).toBe('body.syntax')
  })

  test('are limited in number and depth', () => {
    const many = multipart('b', ...Array<string>(33).fill('\r\nx'))
    expect(texts(message('multipart/mixed;boundary=b', many))).toBe('body.too-many-parts')
    const nest = (depth: number): string =>
      depth === 0
        ? 'x'
        : multipart(
            `b${depth}`,
            part(depth === 1 ? 'text/plain' : `multipart/mixed;boundary=b${depth - 1}`, nest(depth - 1)),
          )
    expect(texts(message('multipart/mixed;boundary=b4', nest(4)))).toEqual(['x'])
    expect(texts(message('multipart/mixed;boundary=b5', nest(5)))).toBe('body.too-deep')
  })
})
