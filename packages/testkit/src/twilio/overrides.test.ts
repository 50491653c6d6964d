import { expect, test } from 'vitest'
import { withoutOverrides, withRetries } from './overrides.ts'

const refused = () => Promise.reject(Object.assign(new Error(), { cause: { code: 'ECONNREFUSED' } }))
const reset = () => Promise.reject(Object.assign(new Error(), { cause: { code: 'ECONNRESET' } }))
const status = (code: number) => () => Promise.resolve(new Response(null, { status: code }))

test.each([
  { url: 'http://a.test/x', what: 'no connection', fail: refused, asked: 2 },
  { url: 'http://a.test/x', what: 'a connection that broke', fail: reset, asked: 1 },
  { url: 'http://a.test/x#rc=0', what: 'no connection', fail: refused, asked: 1 },
  { url: 'http://a.test/x#rc=5&rp=all', what: 'a connection that broke', fail: reset, asked: 6 },
  { url: 'http://a.test/x#rc=2&rp=5xx', what: 'a 503', fail: status(503), asked: 3 },
  { url: 'http://a.test/x#rc=2&rp=5xx', what: 'a 403', fail: status(403), asked: 1 },
])('$url is asked $asked times upon $what', async ({ url, fail, asked }) => {
  let count = 0
  await withRetries(url, () => {
    count++
    return fail()
  }).catch(() => undefined)
  expect(count).toBe(asked)
})

test('overrides are neither signed nor sent', () => {
  expect(withoutOverrides('http://a.test/x?b=1#rc=5&rp=all')).toBe('http://a.test/x?b=1')
})
