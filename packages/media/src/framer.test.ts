import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Framer } from './framer.ts'

const options = { frameBytes: 160, maximumChunkBytes: 8000 }

describe('framer', () => {
  it('cuts any chunks into the same bytes in frames of one length', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 20 }), chunks => {
        const framer = new Framer(options)
        const frames = chunks.flatMap(chunk => {
          const framed = framer.process(chunk)
          return framed.ok ? framed.value : expect.fail('refused')
        })
        const rest = framer.flush(0xff)
        const bytes = chunks.flatMap(chunk => [...chunk])
        const out = [...frames, ...(rest === undefined ? [] : [rest])].flatMap(frame => [...frame])
        expect(frames.every(frame => frame.length === 160)).toBe(true)
        expect(out.slice(0, bytes.length)).toEqual(bytes)
        expect(out.slice(bytes.length).every(byte => byte === 0xff)).toBe(true)
        expect(framer.stats().frames * 160).toBe(out.length)
      }),
    )
  })

  it('refuses a chunk of more than a second and keeps nothing of it', () => {
    const framer = new Framer(options)
    framer.process(new Uint8Array(100))
    const framed = framer.process(new Uint8Array(8001))
    expect(framed).toMatchObject({ ok: false, error: { code: 'media.chunk-too-long' } })
    expect(framer.stats()).toEqual({ chunks: 1, frames: 0, refused: 1, pendingBytes: 100 })
  })

  it('takes exactly a second', () => {
    const framed = new Framer(options).process(new Uint8Array(8000))
    expect(framed.ok && framed.value.length).toBe(50)
  })
})
