import { expect, test } from 'vitest'
import { SendingCodec } from './sending-codec.ts'
import { sendingFirst } from './sending-first.rules.ts'

const answer = [
  'v=0',
  'm=audio 50000 UDP/TLS/RTP/SAVPF 0 8 9 111 126',
  'a=rtpmap:0 PCMU/8000/1',
  'a=rtpmap:9 G722/8000/1',
  'a=rtpmap:111 opus/48000/2',
  'a=rtpmap:126 telephone-event/8000',
  '',
].join('\r\n')

const codecs = ['PCMU', 'PCMA', 'G722', 'opus'].map(name => ({
  mimeType: `audio/${name}`,
  clockRate: name === 'opus' ? 48_000 : 8000,
  payloadType: 1,
}))

/** A browser's sender; `knows` whether it takes a codec by `setParameters`. */
function createTestSender(knows: 'takes' | 'ignores' | 'refuses') {
  const chosen: string[] = []
  const negotiated: string[] = []
  let isNegotiating = false
  const parameters = () => ({
    transactionId: 't',
    headerExtensions: [],
    rtcp: {},
    codecs,
    encodings: [
      knows === 'takes' && chosen.length > 0 ? { codec: { mimeType: chosen.at(-1)!, clockRate: 8000 } } : {},
    ],
  })
  const sending = new SendingCodec({
    sender: {
      getParameters: parameters,
      setParameters: async ({ encodings }) => {
        if (knows === 'refuses') throw new DOMException('no', 'InvalidModificationError')
        chosen.push(encodings[0]!.codec!.mimeType)
      },
    },
    connection: {
      createOffer: async () => {
        if (isNegotiating) throw new DOMException('twice', 'InvalidStateError')
        isNegotiating = true
        return { type: 'offer', sdp: 'offer' }
      },
      setLocalDescription: async () => {},
      setRemoteDescription: async ({ sdp = '' }) => {
        isNegotiating = false
        negotiated.push(/^m=.*/m.exec(sdp)?.[0].split(' ')[3] ?? '')
      },
    } as ConstructorParameters<typeof SendingCodec>[0]['connection'],
  })
  return { sending, chosen, negotiated }
}

test('what is chosen before the answer takes effect with it', async () => {
  const { sending, chosen } = createTestSender('takes')
  await sending.choose('G722')
  expect(chosen).toEqual([])
  await sending.answered(answer)
  expect(chosen).toEqual(['audio/G722'])
})

test('a browser that knows the parameter changes by it alone', async () => {
  const { sending, chosen, negotiated } = createTestSender('takes')
  await sending.answered(answer)
  await sending.choose('opus')
  await sending.choose('PCMU')
  expect([chosen, negotiated]).toEqual([['audio/opus', 'audio/PCMU'], []])
})

test('what is sent already is not chosen again: most callers speak what the answer has first', async () => {
  const { sending, chosen, negotiated } = createTestSender('takes')
  await sending.answered(answer)
  await sending.choose('PCMU')
  await sending.choose('G722')
  await sending.choose('G722')
  expect([chosen, negotiated]).toEqual([['audio/G722'], []])
})

test.each(['ignores', 'refuses'] as const)(
  'one that %s it takes the same answer again, reordered, one change at a time',
  async knows => {
    const { sending, negotiated } = createTestSender(knows)
    await sending.answered(answer)
    await Promise.all([sending.choose('G722'), sending.choose('opus')])
    await sending.choose('PCMU')
    expect(negotiated).toEqual(['111', '0'])
  },
)

test('puts a codec in front and changes nothing else', () => {
  expect(sendingFirst(answer, 'opus')).toBe(answer.replace('0 8 9 111 126', '111 0 8 9 126'))
  expect(sendingFirst(answer, 'PCMU')).toBe(answer)
})

test('has nothing to put in front where the answer does not have the codec', () => {
  expect(sendingFirst(answer.replace('opus', 'speex'), 'opus')).toBeNull()
  expect(sendingFirst('', 'G722')).toBeNull()
})
