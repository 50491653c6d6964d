import { describe, expect, test } from 'vitest'
import { parseUri } from './uri.ts'
import { sameUri } from './uri-compare.ts'

const compare = (a: string, b: string): readonly boolean[] => {
  const [first, second] = [parseUri(a), parseUri(b)]
  if (first === undefined || second === undefined) throw new Error('not a URI')
  return [sameUri(first, second), sameUri(second, first)]
}

describe('comparison of URIs (RFC 3261 §19.1.4, RFC 3966 §5)', () => {
  test.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['tel:+1-201-555-0123', 'tel:+1(201)5550123'],
    ['urn:service:sos', 'urn:service:sos'],
  ])('%s is %s', (a, b) => {
    expect(compare(a, b)).toEqual([true, true])
  })

  test.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:bob@biloxi.com', 'sips:bob@biloxi.com'],
    ['sip:%00@host5.example.com', 'sip:%00%00@host5.example.com'],
    ['sip:+1555@h', 'tel:+1555'],
    ['tel:+1555', 'tel:+1555;ext=1'],
    ['urn:service:sos', 'tel:+1555'],
  ])('%s is not %s', (a, b) => {
    expect(compare(a, b)).toEqual([false, false])
  })
})
