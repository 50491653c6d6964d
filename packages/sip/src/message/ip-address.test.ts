import { describe, expect, test } from 'vitest'
import { parseHostPort } from './grammar.ts'
import { isIpv6 } from './ip-address.ts'

describe('IPv6 addresses (RFC 4291 §2.2)', () => {
  test.each([
    ...['::', '::1', '1::', 'fe80::1', '2001:db8::9:1', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::', 'ABCD::ef01'],
    ...['::ffff:192.0.2.1', '1:2:3:4:5:6:192.0.2.1', '2001:db8:::192.0.2.1'],
  ])('%s is one', text => {
    expect(isIpv6(text)).toBe(true)
  })

  test.each([
    ...[
      '',
      ':',
      ':::',
      '1',
      '1:2',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      '12345::',
      'g::',
      ':1::2',
      '1::2:',
    ],
    ...[
      '1:2:3:4:5:6:7:8::',
      '::192.0.2.256',
      '192.0.2.1::',
      '::192.0.2',
      '1:2:3:4:5:6:7:192.0.2.1',
      'fe80::1%eth0',
    ],
  ])('"%s" is none', text => {
    expect(isIpv6(text)).toBe(false)
  })

  test('stand in brackets, apart from the port (RFC 5118 §4.3, §4.4)', () => {
    expect(parseHostPort('[2001:db8::10:5070]')).toEqual({ host: '2001:db8::10:5070' })
    expect(parseHostPort('[2001:db8::10]:5070')).toEqual({ host: '2001:db8::10', port: 5070 })
    expect(parseHostPort('2001:db8::10')).toBeUndefined()
    expect(parseHostPort('[1:2]')).toBeUndefined()
  })
})
