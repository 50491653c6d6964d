import { type DeviceList, type DeviceMade, deviceList, deviceMade } from '@ringdown/contract'
import type { TestGateway } from './gateway.ts'

/** Somebody of the demo, as the console's page of desk phones speaks for them. */
export type Member = {
  addPhone(name: string): Promise<DeviceMade>
  phones(): Promise<DeviceList>
  removePhone(id: string): Promise<void>
}

export async function signInMember({ url }: Pick<TestGateway, 'url'>, email: string): Promise<Member> {
  const headers = { 'content-type': 'application/json', origin: url }
  const signedIn = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email, password: 'ringdown-demo' }),
  })
  const cookie = signedIn.headers.getSetCookie().map(one => one.split(';')[0])
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const type = init.body === undefined ? {} : { 'content-type': headers['content-type'] }
    const own = { origin: url, cookie: cookie.join('; '), ...type }
    const answer = await fetch(url + path, { ...init, headers: own })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const path = '/api/v1/devices'
  return {
    addPhone: async name =>
      deviceMade.parse(await ask(path, { method: 'POST', body: JSON.stringify({ name }) })),
    phones: async () => deviceList.parse(await ask(path)),
    async removePhone(id) {
      await ask(`${path}/${id}`, { method: 'DELETE' })
    },
  }
}
