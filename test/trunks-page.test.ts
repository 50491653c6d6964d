import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Page, signIn, startBrowser, type TestBrowser } from './harness/browser.ts'
import { startCarrier, type TestCarrier } from './harness/carrier.ts'
import { open, press } from './harness/console-call.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { operatorWav } from './harness/speech.ts'

// Issue 3, "Trunks": the console page, in Chromium, with a carrier that answers. One trunk's life from test to test.

const password = 'a-word-nobody-may-see'

let gateway: TestGateway
let browser: TestBrowser
let carrier: TestCarrier
let page: Page

beforeAll(async () => {
  gateway = await startGateway()
  carrier = await startCarrier()
  browser = await startBrowser({ microphone: operatorWav })
  page = await browser.newPage()
  await signIn(page, { url: gateway.url, email: 'admin@demo.test' })
  await page.getByRole('link', { name: 'Trunks', exact: true }).click()
})

afterAll(async () => {
  await browser?.close()
  await carrier?.close()
  await gateway?.close()
})

/** As the list names it. */
const server = () => `127.0.0.1:${carrier.port}`
const field = (name: string) => page.getByRole('textbox', { name, exact: true })
const trunk = (name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) })
const edit = (name: string, at = page) => at.getByRole('link', { name: `Change ${name}` }).click()

/** What is said beside a field that is not right, as a screen reader reads it with the field. */
async function problemOf(name: string): Promise<string> {
  await page.locator('[aria-invalid="true"]').first().waitFor()
  return field(name).evaluate((input: HTMLInputElement) => {
    if (input.getAttribute('aria-invalid') !== 'true') return 'nothing'
    const [first = ''] = input.getAttribute('aria-describedby')?.split(' ') ?? []
    return document.getElementById(first)?.textContent ?? ''
  })
}

test('a trunk is removed only by who confirms it, and the page without one says what a trunk is', async () => {
  await edit('Demo trunk')
  const question = page.getByRole('dialog', { name: 'Delete “Demo trunk”?' })
  await press(page, 'Delete this trunk')
  await question.getByRole('button', { name: 'Keep it' }).click()
  await question.waitFor({ state: 'detached' })
  await press(page, 'Delete this trunk')
  await question.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'No trunk yet' }).waitFor()
  expect(await gateway.sql('select id from carriers.trunks')).toEqual([])
})

test('a template asks for what it cannot know, and says beside the field what is not right', async () => {
  await press(page, 'Add a trunk')
  await page.getByRole('button', { name: 'VoIP.ms' }).click()
  expect(await field('Name').inputValue()).toBe('VoIP.ms')
  await press(page, 'Add the trunk')
  expect(await problemOf('Server')).toBe('Fill this in.')
  expect(await problemOf('Password')).toBe('Type the password.')
  await expect.poll(() => field('Server').evaluate(input => input === document.activeElement)).toBe(true)
  await field('Server').fill('no server')
  await field('User name').fill('100000_desk')
  await field('Password').fill(password)
  await press(page, 'Add the trunk')
  expect(await problemOf('Server')).toContain('Write a host name or an address')
  expect(await gateway.sql('select id from carriers.trunks')).toEqual([])
})

test('saved, it registers, and the list shows that and that its server answers, without a reload', async () => {
  await field('Server').fill(`sip:${server()}`)
  await press(page, 'Add the trunk')
  await trunk('VoIP.ms').getByText('Working').waitFor()
  const state = trunk('VoIP.ms').getByRole('list', { name: 'State' })
  await state.getByText(`Registered at ${server()}`).waitFor()
  await state.getByText(new RegExp(`^${server()} answers · \\d+ ms$`)).waitFor()
})

test('its password is not shown again', async () => {
  await edit('VoIP.ms')
  await page.getByText('A password is stored; leave empty to keep it.').waitFor()
  expect(await field('Password').inputValue()).toBe('')
  expect(await page.content()).not.toContain(password)
  await press(page, 'Cancel')
})

test('the name of another is refused beside the field', async () => {
  await press(page, 'Add a trunk')
  await page.getByRole('button', { name: 'Asterisk' }).click()
  await field('Name').fill('VoIP.ms')
  await field('Address of Asterisk').fill(server())
  await press(page, 'Add the trunk')
  expect(await problemOf('Name')).toContain('There is a trunk of this name.')
  await field('Name').fill('Office')
  await press(page, 'Add the trunk')
  await trunk('Office').getByText(`${server()} answers`).waitFor()
})

test('who is about to leave what they typed is asked, also by the browser’s own way back', async () => {
  await edit('Office')
  await field('Name').fill('Head office')
  await page.goBack()
  const question = page.getByRole('dialog', { name: 'Leave without saving?' })
  await question.getByRole('button', { name: 'Stay here' }).click()
  expect(await field('Name').inputValue()).toBe('Head office')
  await page.getByRole('link', { name: 'All trunks' }).click()
  await question.getByRole('button', { name: 'Leave without saving' }).click()
  await trunk('Office').waitFor()
})

test('a change that another tab overtook is not saved over it: the page says so and loads theirs', async () => {
  await edit('Office')
  const other = await browser.newPage()
  await open(other, `${gateway.url}/trunks`)
  await edit('Office', other)
  await other.getByRole('textbox', { name: 'Name', exact: true }).fill('Back office')
  await press(other, 'Save')
  await other.getByRole('link', { name: 'Change Back office' }).waitFor()
  await other.close()
  await field('Name').fill('Front office')
  await press(page, 'Save')
  await page.getByRole('alert').filter({ hasText: 'Somebody else changed this trunk meanwhile.' }).waitFor()
  await press(page, 'Load it again')
  await expect.poll(() => field('Name').inputValue()).toBe('Back office')
  await field('Name').fill('Front office')
  await press(page, 'Save')
  await trunk('Front office').waitFor()
})

test('switched off it says so; refused by the carrier it says why', async () => {
  await edit('Front office')
  await page.getByRole('switch', { name: 'Switched on' }).click()
  await press(page, 'Save')
  await trunk('Front office').getByText('Switched off').waitFor()
  carrier.registersWith(403)
  await edit('VoIP.ms')
  await field('User name').fill('100000_other')
  await press(page, 'Save')
  await trunk('VoIP.ms').getByText('Registration failed').waitFor()
  await trunk('VoIP.ms').getByText(`Not registered at ${server()} · 403 Forbidden`).waitFor()
})

test('an operator has no page of trunks', async () => {
  await browser.context.clearCookies()
  const other = await browser.newPage()
  await signIn(other, { url: gateway.url, email: 'operator@demo.test' })
  expect(await other.getByRole('link', { name: 'Trunks', exact: true }).count()).toBe(0)
  await other.goto(`${gateway.url}/trunks`)
  await other.getByRole('heading', { name: 'Offline' }).waitFor()
  expect(await other.getByRole('button', { name: 'Add a trunk' }).count()).toBe(0)
})
