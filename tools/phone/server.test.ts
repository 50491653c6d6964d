import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PhoneServer, startPhoneServer } from './server.ts'

let server: PhoneServer
let page: string

beforeAll(async () => {
  // Nobody listens there: these calls never come as far as SIP.
  server = await startPhoneServer({
    consoleUrl: 'http://localhost:8080',
    host: '127.0.0.1',
    port: 0,
    sip: { host: '127.0.0.1', port: 9 },
  })
  page = `http://localhost:${server.port}`
})

afterAll(() => server.close())

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(`${page}${path}`, { method: 'POST', body: text, headers: { origin: page, ...headers } })
}

const order = { to: '+15550100', from: '+15550123' }

describe('the telephone page', () => {
  it.each([
    ['/phone', 'text/html; charset=utf-8'],
    ['/phone/phone.js', 'text/javascript; charset=utf-8'],
    ['/phone/call.js', 'text/javascript; charset=utf-8'],
    ['/phone/level-meter.js', 'text/javascript; charset=utf-8'],
    ['/phone/phone.css', 'text/css; charset=utf-8'],
  ])('serves %s under a content security policy', async (path, type) => {
    const answer = await fetch(`${page}${path}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type])
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('has nothing else to give', async () => {
    expect((await fetch(`${page}/phone/main.ts`)).status).toBe(404)
    expect((await fetch(`${page}/phone/..%2fserver.ts`)).status).toBe(404)
  })

  it('answers a dialled call with an audio offer, and forgets it when it is hung up', async () => {
    const answer = await post('/phone/calls', order)
    const { id, sdp } = (await answer.json()) as { id: string; sdp: string }
    expect(answer.status).toBe(201)
    expect(sdp).toContain('m=audio')
    expect(sdp).toContain('a=rtpmap:0 PCMU/8000')
    expect((await post(`/phone/calls/${id}/hang-up`, {})).status).toBe(204)
    expect((await post(`/phone/calls/${id}/hang-up`, {})).status).toBe(404)
  })

  it('tells the page how its call goes, and that it ended', async () => {
    const { id } = (await (await post('/phone/calls', order)).json()) as { id: string }
    const events = await fetch(`${page}/phone/calls/${id}/events`)
    await post(`/phone/calls/${id}/hang-up`, {})
    const states = (await events.text()).trim().split('\n\n')
    expect(states).toEqual(['data: {"state":"preparing"}', 'data: {"state":"ended","by":"us"}'])
  })
})

describe('what it refuses', () => {
  it.each([
    ['a number with letters', { ...order, to: 'hotline' }, 400],
    ['a number with a header in it', { ...order, from: '+1555\r\nX-Evil: 1' }, 400],
    ['no number', { from: '+15550123' }, 400],
    ['no object', '"text"', 400],
    ['no JSON', '{', 400],
    ['more than anyone needs', `"${'x'.repeat(70_000)}"`, 413],
  ])('%s', async (_, body, status) => {
    const answer = await post('/phone/calls', body)
    expect(answer.status).toBe(status)
    expect(((await answer.json()) as { message: string }).message).toMatch(/\.$/)
  })

  it('an answer that is no description', async () => {
    const { id } = (await (await post('/phone/calls', order)).json()) as { id: string }
    expect((await post(`/phone/calls/${id}/answer`, { sdp: 'nonsense' })).status).toBe(400)
    expect((await post(`/phone/calls/${id}/answer`, { sdp: 'v=0\r\nnonsense' })).status).toBe(400)
    expect((await post(`/phone/calls/${id}/digits`, { digits: '1; DROP' })).status).toBe(400)
    await post(`/phone/calls/${id}/hang-up`, {})
  })

  it('pages of other sites, and other names for this machine', async () => {
    expect((await post('/phone/calls', order, { origin: 'https://elsewhere.example' })).status).toBe(403)
    const withoutOrigin = await fetch(`${page}/phone/calls`, { method: 'POST', body: JSON.stringify(order) })
    expect(withoutOrigin.status).toBe(403)
  })

  it('more calls than twenty at once', async () => {
    const answers = await Promise.all(Array.from({ length: 21 }, () => post('/phone/calls', order)))
    expect(answers.map(answer => answer.status).filter(status => status === 503)).toHaveLength(1)
    for (const answer of answers.filter(each => each.ok)) {
      const { id } = (await answer.json()) as { id: string }
      await post(`/phone/calls/${id}/hang-up`, {})
    }
  })
})
