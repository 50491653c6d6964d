import { callerIdentity } from '@ringdown/contract'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../texts/en.ts'
import { es } from '../texts/es.ts'
import { startTexts } from '../texts/index.ts'
import { identityTone } from './identity.rules.ts'
import { IdentityMark, IdentityNote } from './index.ts'

const drawn = (markup: string) => ({
  text: markup.replace(/<[^>]+>/g, ' ').replaceAll('&#x27;', "'"),
  icon: /lucide-shield[\w-]*/.exec(markup)?.[0],
})

describe('what is proved about a caller', () => {
  beforeAll(() => startTexts('en'))

  test.each([
    ['A', 'sure'],
    ['B', 'doubt'],
    ['C', 'doubt'],
    ['unverified', 'doubt'],
    ['failed', 'wrong'],
  ] as const)('%s is %s', (identity, tone) => expect(identityTone(identity)).toBe(tone))

  test.each(callerIdentity.options)('%s is said and explained in words, in lists and in a call', identity => {
    for (const component of [IdentityMark, IdentityNote]) {
      const { text } = drawn(renderToStaticMarkup(createElement(component, { identity })))
      expect(text).toContain(en.identity[identity])
      expect(text).toContain(en.identity.about[identity])
    }
  })

  test('each has words and a sign of its own, not a colour alone', () => {
    const signs = callerIdentity.options.map(
      identity => drawn(renderToStaticMarkup(createElement(IdentityMark, { identity }))).icon,
    )
    expect(new Set(signs).size).toBe(callerIdentity.options.length)
    for (const { identity } of [en, es])
      expect(new Set(callerIdentity.options.map(one => identity[one])).size).toBe(signs.length)
  })

  test('nothing is shown where nothing is known', () => {
    expect(renderToStaticMarkup(createElement(IdentityMark, { identity: null }))).toBe('')
    expect(drawn(renderToStaticMarkup(createElement(IdentityNote, { identity: null }))).text.trim()).toBe('')
  })
})
