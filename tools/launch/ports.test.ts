import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { readConfig } from '../../apps/gateway/src/config/index.ts'
import { neededPorts, portsInUse } from './ports.ts'

it('says which of the ports is in use, and which variable moves it', async () => {
  const web = createServer().listen(0, '127.0.0.1')
  await once(web, 'listening')
  const sip = createSocket('udp4').bind(await freeTcpPort(), '127.0.0.1')
  await once(sip, 'listening')
  const config = readConfig({
    RINGDOWN_DEMO: '1',
    RINGDOWN_HTTP: `127.0.0.1:${(web.address() as AddressInfo).port}`,
    RINGDOWN_SIP: `127.0.0.1:${sip.address().port}`,
  })
  const busy = await portsInUse(
    neededPorts(config, 1).filter(port => ['web pages', 'SIP'].includes(port.use)),
  )
  web.close()
  sip.close()
  expect(busy.map(({ variable, protocol }) => `${variable} ${protocol}`)).toEqual([
    'RINGDOWN_HTTP tcp',
    'RINGDOWN_SIP udp',
  ])
})

/** Nobody has it over TCP at this moment, so that only UDP is found in use. */
async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
