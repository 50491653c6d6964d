import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createFrontDoor, doorDescriptor } from './front-door.ts'

const program = `
  const server = require('node:http').createServer((_, response) => response.end(String(process.pid)))
  server.listen({ fd: ${doorDescriptor} }, () => process.send('listens'))`

const children: ChildProcess[] = []
let door: ReturnType<typeof createFrontDoor> | undefined

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  door?.close()
})

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function open(descriptor: number | undefined): Promise<ChildProcess> {
  if (descriptor === undefined) throw new Error('there is no door')
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc', descriptor] as const
  const child = spawn(process.execPath, ['-e', program], { stdio: [...stdio] })
  children.push(child)
  await once(child, 'message')
  return child
}

test('whoever connects while nobody serves is served by the next, not refused', async () => {
  const port = await freePort()
  door = createFrontDoor({ host: '127.0.0.1', port })
  const first = await open(door.descriptor())
  first.kill('SIGKILL')
  await once(first, 'exit')
  const answer = fetch(`http://127.0.0.1:${port}/`).then(response => response.text())
  const next = await open(door.descriptor())
  expect(await answer).toBe(String(next.pid))
})

test('an address that somebody else has is no door', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  door = createFrontDoor({ host: '127.0.0.1', port })
  expect(door.descriptor()).toBeUndefined()
  other.close()
  await once(other, 'close')
  expect(door.descriptor()).toBeGreaterThan(0)
})

test('a host name is left to control', () => {
  expect(createFrontDoor({ host: 'localhost', port: 0 }).descriptor()).toBeUndefined()
})
