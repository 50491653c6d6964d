import { describe, expect, test } from 'vitest'
import { isSigned, signatureOf } from './signature.ts'

// The worked example of https://www.twilio.com/docs/usage/security#validating-requests
const published = {
  authToken: '12345',
  url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  form: new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+12349013030',
    Digits: '1234',
    From: '+12349013030',
    To: '+18005551212',
  }),
}

describe("Twilio's signature", () => {
  test('is the one that Twilio publishes for its example', () => {
    expect(signatureOf(published)).toBe('0/KCTR6DLpKmkAf8muzZqo1nDgQ=')
  })

  test.each([
    { signedAs: 'https://a.test/x', calledAs: 'https://a.test/x' },
    { signedAs: 'https://a.test/x', calledAs: 'https://a.test:443/x' },
    { signedAs: 'https://a.test:443/x', calledAs: 'https://a.test/x' },
    { signedAs: 'http://a.test:80/x?y=1', calledAs: 'http://a.test/x?y=1' },
    { signedAs: 'https://a.test/x', calledAs: 'https://a.test:8443/x' },
    { signedAs: 'https://a.test:8443/x', calledAs: 'https://a.test:8443/x' },
    { signedAs: 'https://a.test/x#rc=5&rp=all', calledAs: 'https://a.test/x' },
    { signedAs: 'http://[::1]:8080/x', calledAs: 'http://[::1]:8080/x' },
  ])('made for $signedAs is good for $calledAs', ({ signedAs, calledAs }) => {
    const signature = signatureOf({ ...published, url: signedAs })
    expect(isSigned({ ...published, url: calledAs, signature })).toBe(true)
  })

  test.each([
    { what: 'another path', change: { url: 'https://mycompany.com/other?foo=1&bar=2' } },
    { what: 'another query', change: { url: 'https://mycompany.com/myapp.php?foo=1' } },
    { what: 'another token', change: { authToken: '12346' } },
    { what: 'one parameter more', change: { form: new URLSearchParams(`${published.form}&X=1`) } },
    {
      what: 'a repeated parameter with another value',
      change: { form: new URLSearchParams(`${published.form}&To=1`) },
    },
  ])('is not good for $what', ({ change }) => {
    const signature = signatureOf(published)
    expect(isSigned({ ...published, ...change, signature })).toBe(false)
  })

  test.each(['', 'x', '0/KCTR6DLpKmkAf8muzZqo1nDgQ', 'ü'.repeat(28)])('refuses %j', signature => {
    expect(isSigned({ ...published, signature })).toBe(false)
  })
})
