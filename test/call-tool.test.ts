import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareSpeech, readWav, TestOperator } from '@ringdown/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from './harness/free-port.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { operatorWav } from './harness/speech.ts'

const root = join(import.meta.dirname, '..')
const greeting = readWav(readFileSync(join(root, 'apps/gateway/prompts/en/greeting.wav'))).samples

let gateway: TestGateway
let folder: string
let twilioApi: { TWILIO_API_BASE: string }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-call-'))
  twilioApi = { TWILIO_API_BASE: `http://127.0.0.1:${await freePort()}` }
  gateway = await startGateway({ env: twilioApi })
})

afterAll(async () => {
  await gateway?.close()
  rmSync(folder, { recursive: true, force: true })
})

function callTool(...words: string[]): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      [join(root, 'tools/call.ts'), ...words],
      { cwd: root, env: { ...process.env, ...twilioApi, RINGDOWN_HTTP: `127.0.0.1:${gateway.httpPort}` } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })
}

test.each([
  ['udp', ['--transport', 'udp'], () => `127.0.0.1:${gateway.sipPort}`],
  ['tcp', ['--transport', 'tcp'], () => `127.0.0.1:${gateway.sipPort}`],
  ['twilio', ['--via', 'twilio'], () => `localhost:${gateway.httpPort}`],
] as const)(
  'npm run call over %s hears the greeting, presses keys and writes what it heard',
  async (name, words, server) => {
    const heard = join(folder, `${name}.wav`)
    const { code, output } = await callTool(
      ...['--to', '+15550100', '--server', server()],
      ...['--play', operatorWav, '--record', heard, '--digits', '1#', '--seconds', '8'],
      ...words,
    )
    expect(output).toMatch(/calling .*\n.*answered\n.*pressed 1#\n.*ended by us\n.*wrote /s)
    expect(code).toBe(0)
    const result = compareSpeech({
      sent: greeting,
      heard: readWav(readFileSync(heard)).samples,
      sampleRate: 8000,
      // Other tests run beside this one: a pause of the machine in the middle of a sentence is none of the tool's.
      alignMs: 500,
    })
    expect(result.windows.length).toBeGreaterThan(8)
    expect(result.median).toBeGreaterThan(0.9)
  },
)

test('npm run call says why a number was refused, and fails', async () => {
  const { code, output } = await callTool('--to', '+15559999', '--server', `127.0.0.1:${gateway.sipPort}`)
  expect(output).toContain('ended by refusal: 404 Not Found')
  expect(code).toBe(1)
})

test('an operator ends a call through Twilio from the terminal, by the REST API', async () => {
  const operator = await TestOperator.signIn({
    url: gateway.url,
    email: 'operator@demo.test',
    password: 'ringdown-demo',
  })
  await operator.goAvailable()
  const called = callTool('--to', '+15550100', '--via', 'twilio', '--seconds', '60')
  await operator.accept()
  await operator.hangUp()
  const { code, output } = await called
  expect(output).toContain('ended by the other side')
  expect(code).toBe(0)
  operator.close()
})
