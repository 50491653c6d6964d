import type { SipCall } from '@ringdown/testkit'
import type { Page } from './browser.ts'

/** The names by which the tour finds its way. */
export type ConsoleLabels = Record<
  | 'email'
  | 'password'
  | 'signIn'
  | 'signOut'
  | 'settings'
  | 'close'
  | 'level'
  | 'goAvailable'
  | 'ready'
  | 'takeBreak'
  | 'dial'
  | 'accept'
  | 'incoming'
  | 'active'
  | 'keypad'
  | 'hangUp'
  | 'stay'
  | 'calls'
  | 'trunks'
  | 'addTrunk'
  | 'more'
  | 'createTrunk'
  | 'allTrunks'
  | 'leave'
  | 'deskPhones'
  | 'addPhone'
  | 'phoneName'
  | 'add'
  | 'entered'
  | 'remove'
  | 'usePage',
  string
>

const en: ConsoleLabels = {
  email: 'Email',
  password: 'Password',
  signIn: 'Sign in',
  signOut: 'Sign out',
  settings: 'Settings',
  close: 'Close',
  level: 'Microphone level',
  goAvailable: 'Go available',
  ready: 'Audio line tested and ready',
  takeBreak: 'Take a break',
  dial: 'Call a number',
  accept: 'Accept',
  incoming: 'Incoming call',
  active: 'Active call',
  keypad: 'Keypad',
  hangUp: 'Hang up',
  stay: 'Stay in the call',
  calls: 'Calls',
  trunks: 'Trunks',
  addTrunk: 'Add a trunk',
  more: 'More settings',
  createTrunk: 'Add the trunk',
  allTrunks: 'All trunks',
  leave: 'Leave without saving',
  deskPhones: 'Desk phones',
  addPhone: 'Add a phone',
  phoneName: 'Name',
  add: 'Add',
  entered: 'I have entered it',
  remove: 'Remove',
  usePage: 'Use this page',
}

const es: ConsoleLabels = {
  email: 'Correo electrónico',
  password: 'Contraseña',
  signIn: 'Entrar',
  signOut: 'Cerrar sesión',
  settings: 'Ajustes',
  close: 'Cerrar',
  level: 'Nivel del micrófono',
  goAvailable: 'Ponerme disponible',
  ready: 'Línea de audio probada y lista',
  takeBreak: 'Hacer una pausa',
  dial: 'Llamar a un número',
  accept: 'Aceptar',
  incoming: 'Llamada entrante',
  active: 'Llamada activa',
  keypad: 'Teclado',
  hangUp: 'Colgar',
  stay: 'Seguir en la llamada',
  calls: 'Llamadas',
  trunks: 'Troncales',
  addTrunk: 'Añadir una troncal',
  more: 'Más ajustes',
  createTrunk: 'Añadir la troncal',
  allTrunks: 'Todas las troncales',
  leave: 'Salir sin guardar',
  deskPhones: 'Teléfonos',
  addPhone: 'Añadir un teléfono',
  phoneName: 'Nombre',
  add: 'Añadir',
  entered: 'Ya lo he escrito',
  remove: 'Borrar',
  usePage: 'Usar esta página',
}

export const consoleIn = { en, es }

type Tour = {
  url: string
  say: ConsoleLabels
  /** At each place, once it stands still. */
  look: (stop: string) => Promise<void>
  /** Begins a call to the demo's number. */
  call: () => Promise<SipCall>
}

/** Leads an administrator of the demo through every page and dialog of the console, in a page that is signed out. */
export async function tourConsole(page: Page, tour: Tour): Promise<void> {
  await comeIn(page, tour)
  await takeCall(page, tour)
  await seeTrunks(page, tour)
  await seeDeskPhones(page, tour)
  await leave(page, tour)
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click()

async function comeIn(page: Page, { url, say, look }: Tour): Promise<void> {
  await page.goto(url)
  await page.getByLabel(say.email).fill('admin@demo.test')
  await look('signed out')
  await page.getByLabel(say.password).fill('not the password')
  await press(page, say.signIn)
  await page.getByRole('alert').waitFor()
  await look('a wrong password')
  await page.getByLabel(say.password).fill('ringdown-demo')
  await press(page, say.signIn)
  await page.getByRole('button', { name: say.goAvailable }).waitFor()
  await look('offline')
  await press(page, say.settings)
  await page.getByRole('dialog').getByLabel(say.level).waitFor()
  await look('settings')
  await press(page, say.close)
  await press(page, say.dial)
  await page.getByRole('dialog').waitFor()
  await look('dialling')
  await press(page, say.close)
}

async function takeCall(page: Page, { say, look, call }: Tour): Promise<void> {
  await press(page, say.goAvailable)
  await page.getByText(say.ready).waitFor()
  await look('available')
  await call()
  await page.getByRole('dialog', { name: say.incoming }).waitFor()
  await look('ringing')
  await page.getByRole('dialog').getByRole('button', { name: say.accept }).click()
  await page.getByRole('region', { name: say.active }).waitFor()
  await press(page, say.keypad)
  await page.locator('summary').click()
  await look('in a call')
  await press(page, say.signOut)
  await page.getByRole('dialog').waitFor()
  await look('signing out during a call')
  await press(page, say.stay)
  await follow(page, say.trunks)
  await page.getByRole('heading', { name: say.trunks }).waitFor()
  await look('another page during a call')
  await follow(page, say.calls)
  await press(page, say.hangUp)
  await page.getByRole('button', { name: say.takeBreak }).waitFor()
  await look('wrapping up')
  await press(page, say.takeBreak)
  await page.getByRole('button', { name: say.goAvailable }).waitFor()
  await look('on a break')
}

async function seeTrunks(page: Page, { say, look }: Tour): Promise<void> {
  await follow(page, say.trunks)
  await page.getByRole('button', { name: say.addTrunk }).waitFor()
  await look('trunks')
  await press(page, say.addTrunk)
  await page.getByRole('button', { name: 'VoIP.ms' }).waitFor()
  await look('templates of trunks')
  await page.getByRole('button', { name: 'VoIP.ms' }).click()
  await press(page, say.more)
  await press(page, say.createTrunk)
  await page.getByRole('alert').waitFor()
  await look('a trunk that is not filled in')
  await page.getByLabel(say.password, { exact: true }).fill('typed')
  await follow(page, say.allTrunks)
  await page.getByRole('dialog').waitFor()
  await look('leaving a form')
  await press(page, say.leave)
}

async function seeDeskPhones(page: Page, { say, look }: Tour): Promise<void> {
  await follow(page, say.deskPhones)
  await page.getByRole('button', { name: say.addPhone }).waitFor()
  await look('no desk phones')
  await press(page, say.addPhone)
  await page.getByLabel(say.phoneName, { exact: true }).fill('R2-D2')
  await look('adding a desk phone')
  await press(page, say.add)
  await page.getByRole('button', { name: say.entered }).waitFor()
  await look('the password of a desk phone')
  await press(page, say.entered)
  await page.locator('summary').click()
  await look('desk phones')
  await press(page, `${say.remove} R2-D2`)
  await page.getByRole('dialog').waitFor()
  await look('removing a desk phone')
  await press(page, say.remove)
  await page.getByRole('button', { name: say.addPhone }).waitFor()
}

async function leave(page: Page, { url, say, look }: Tour): Promise<void> {
  await follow(page, say.calls)
  await page.getByRole('button', { name: say.goAvailable }).waitFor()
  const other = await page.context().newPage()
  await other.goto(url)
  await page.getByRole('button', { name: say.usePage }).waitFor()
  await look('replaced by another page')
  await other.close()
  await press(page, say.signOut)
  await page.getByRole('button', { name: say.signIn, exact: true }).waitFor()
  await look('signed out again')
}
