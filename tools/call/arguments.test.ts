import { describe, expect, it } from 'vitest'
import { readArguments, UsageError } from './arguments.ts'

const to = ['--to', '+15550100']

describe('the command line of the telephone', () => {
  it('needs no more than a number', () => {
    expect(readArguments(to)).toEqual({
      to: '+15550100',
      from: '+15550123',
      play: undefined,
      record: undefined,
      via: 'sip',
      transport: 'udp',
      digits: '',
      seconds: undefined,
      server: undefined,
    })
  })

  it('takes everything at once', () => {
    const words =
      '--from 15550199 --play a.wav --record b.wav --via twilio --transport tcp --digits 12#a --seconds 7.5'
    expect(readArguments([...to, ...words.split(' '), '--server', 'localhost:8080'])).toEqual({
      to: '+15550100',
      from: '15550199',
      play: 'a.wav',
      record: 'b.wav',
      via: 'twilio',
      transport: 'tcp',
      digits: '12#A',
      seconds: 7.5,
      server: { host: 'localhost', port: 8080 },
    })
  })

  it('takes a number as people write it', () => {
    expect(readArguments(['--to', '+1 (555) 010-0'])?.to).toBe('+15550100')
  })

  it('gives help instead of a call', () => {
    expect(readArguments(['--help'])).toBeUndefined()
    expect(readArguments(['-h', '--to', 'nonsense'])).toBeUndefined()
  })

  it.each([
    [[], 'Whom shall I call'],
    [['--to', 'hotline'], '--to needs a telephone number'],
    [[...to, '--from', '12'], '--from needs a telephone number'],
    [[...to, '--via', 'pigeon'], '--via is sip or twilio, not pigeon'],
    [[...to, '--transport', 'tls'], '--transport is udp or tcp, not tls'],
    [[...to, '--digits', '1x'], '--digits takes'],
    [[...to, '--seconds', '0'], '--seconds is a number from 1 to 3600'],
    [[...to, '--seconds', ''], '--seconds is a number from 1 to 3600'],
    [[...to, '--seconds', 'soon'], '--seconds is a number from 1 to 3600'],
    [[...to, '--server', 'localhost'], '--server is host:port'],
    [[...to, '--server', 'localhost:99999'], '--server is host:port'],
    [[...to, '--loudly'], "Unknown option '--loudly'"],
    [[...to, 'please'], "Unexpected argument 'please'"],
    [['--to'], "'--to <value>' argument missing"],
  ])('refuses %j with a sentence', (words, sentence) => {
    expect(() => readArguments(words)).toThrow(UsageError)
    expect(() => readArguments(words)).toThrow(sentence)
  })
})
