import { type TrunkSettings, type TrunkView, trunkDefaults, trunkView } from '@ringdown/contract'
import type { TestGateway } from './gateway.ts'

/** The demo's administrator, as the console's trunk page speaks for them. */
export type Administrator = {
  addTrunk(settings: Partial<TrunkSettings> & { name: string; password?: string }): Promise<TrunkView>
  trunk(id: string): Promise<TrunkView>
}

export async function signInAdministrator({ url }: Pick<TestGateway, 'url'>): Promise<Administrator> {
  const headers = { 'content-type': 'application/json', origin: url }
  const signedIn = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email: 'admin@demo.test', password: 'ringdown-demo' }),
  })
  const cookie = signedIn.headers.getSetCookie().map(one => one.split(';')[0])
  const ask = async (path: string, init: RequestInit = {}): Promise<TrunkView> => {
    const answer = await fetch(url + path, { ...init, headers: { ...headers, cookie: cookie.join('; ') } })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    return trunkView.parse(JSON.parse(text))
  }
  return {
    addTrunk: settings =>
      ask('/api/v1/trunks', { method: 'POST', body: JSON.stringify({ ...trunkDefaults, ...settings }) }),
    trunk: id => ask(`/api/v1/trunks/${id}`),
  }
}
