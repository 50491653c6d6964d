import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

export type TestBrowser = { newPage(): Promise<Page>; context: BrowserContext; close(): Promise<void> }

const executablePath = '/usr/bin/chromium'
/** For the program to start, and for a page to show what is waited for. */
const patienceMs = 60_000

/** Debian's Chromium with a fake microphone that plays a WAV file in a loop, and none of its background traffic. */
export async function startBrowser(order: { microphone: string; loops?: boolean }): Promise<TestBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'ringdown-chromium-'))
  const loop = order.loops === false ? '%noloop' : ''
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    timeout: patienceMs,
    headless: true,
    bypassCSP: true,
    viewport: { width: 1280, height: 900 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${order.microphone}${loop}`,
    ],
  })
  context.setDefaultTimeout(patienceMs)
  return {
    context,
    newPage: () => context.newPage(),
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

export type { Browser, Page }

/** What every page of a test has set before it loads. */
export async function prepareConsole(page: Page): Promise<void> {
  await page.addInitScript(() => {
    localStorage.setItem('ringdown.microphone-processing', 'off')
    localStorage.setItem('ringdown.language', 'en')
  })
}

/** Opens the console as one of the demo's people, with microphone processing off, so that audio can be compared. */
export async function signIn(page: Page, order: { url: string; email: string }): Promise<void> {
  await prepareConsole(page)
  await page.goto(order.url)
  await page.getByLabel(/e-?mail/i).fill(order.email)
  await page.getByLabel(/password/i).fill('ringdown-demo')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Go available' }).waitFor()
}

/** Begins to collect what the page plays to the operator, once it plays something: 16-bit samples at `rate` Hz. */
export async function record(page: Page, rate: number): Promise<{ stop(): Promise<Int16Array> }> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('audio')].some(a => a.srcObject instanceof MediaStream),
  )
  await page.evaluate(async sampleRate => {
    const sound = [...document.querySelectorAll('audio')].find(a => a.srcObject instanceof MediaStream)
    if (!sound) throw new Error('the page plays no stream')
    const context = new AudioContext({ sampleRate })
    const source = context.createMediaStreamSource(sound.srcObject as MediaStream)
    const code = `registerProcessor('collect', class extends AudioWorkletProcessor {
      process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return true }
    })`
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })))
    const node = new AudioWorkletNode(context, 'collect')
    const heard: Float32Array[] = []
    node.port.onmessage = event => heard.push(event.data as Float32Array)
    source.connect(node)
    Object.assign(window, { heardByTest: heard, contextOfTest: context })
  }, rate)
  return {
    async stop() {
      const numbers = await page.evaluate(async () => {
        const { heardByTest, contextOfTest } = window as unknown as {
          heardByTest: Float32Array[]
          contextOfTest: AudioContext
        }
        await contextOfTest.close()
        return heardByTest.flatMap(chunk => Array.from(chunk, value => Math.round(value * 32767)))
      })
      return Int16Array.from(numbers)
    },
  }
}
