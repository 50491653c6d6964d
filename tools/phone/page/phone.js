import { placeCall, Refusal } from './call.js'
import { showLevel } from './level-meter.js'

const element = id => document.getElementById(id)
const [to, from, status, clock, duration] = ['to', 'from', 'status', 'clock', 'duration'].map(element)
const [callButton, hangUpButton, muteButton] = ['call', 'hang-up', 'mute'].map(element)

const progress = {
  preparing: 'Connecting your audio …',
  calling: 'Calling …',
  ringing: 'Ringing …',
  talking: 'Connected. First a greeting and music, then whoever answers.',
}
const endings = {
  us: 'You hung up.',
  them: 'The other side hung up.',
  demo: 'The demo is stopping, and hung up.',
  silence: 'The gateway does not answer. Is the demo still running?',
  'no audio':
    'Your browser could not connect its audio to this machine. Try another browser, or call with: npm run call',
}
const refusals = {
  404: 'That number is not in service (404).',
  403: 'The gateway takes no calls from here (403).',
  486: 'The line is busy (486).',
  488: 'There is no audio format that both sides speak (488).',
  503: 'The gateway takes no new calls right now (503). Try again in a moment.',
}

const sound = new Audio()
sound.autoplay = true
document.body.append(sound)

/** The call that is placed; `placing` and `abandoned` (hung up meanwhile) until it is. */
let current = null
let microphone = null
let ticking = 0
const stopMeters = []

const say = text => {
  status.textContent = text
}

function endingText({ by, status: code }) {
  if (by !== 'refusal') return endings[by] ?? 'The call ended.'
  return refusals[code] ?? `The call was refused (${code}).`
}

function show(isBusy) {
  callButton.hidden = isBusy
  hangUpButton.hidden = !isBusy
  muteButton.hidden = !isBusy || microphone === null
  to.readOnly = isBusy
  from.readOnly = isBusy
}

function startClock() {
  if (ticking) return
  const since = Date.now()
  clock.hidden = false
  const draw = () => {
    const seconds = Math.floor((Date.now() - since) / 1000)
    duration.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  }
  draw()
  ticking = setInterval(draw, 1000)
}

function rest(text) {
  clearInterval(ticking)
  ticking = 0
  clock.hidden = true
  for (const stop of stopMeters.splice(0)) stop()
  for (const track of microphone?.getTracks() ?? []) track.stop()
  microphone = null
  current = null
  mute(false)
  const hadFocus = hangUpButton === document.activeElement
  show(false)
  if (hadFocus) callButton.focus()
  say(text)
}

function onState(state) {
  if (state.state === 'ended') return rest(endingText(state))
  say(progress[state.state])
  if (state.state === 'talking') startClock()
}

function onSound(stream) {
  sound.srcObject = stream
  stopMeters.push(showLevel(stream, element('other')))
}

function mute(isMuted) {
  for (const track of microphone?.getAudioTracks() ?? []) track.enabled = !isMuted
  muteButton.setAttribute('aria-pressed', String(isMuted))
  muteButton.textContent = isMuted ? 'Unmute' : 'Mute'
}

function explainMicrophone(error) {
  const why =
    error.name === 'NotFoundError'
      ? 'This machine has no microphone, or the browser does not see it.'
      : error.name === 'NotReadableError'
        ? 'Another program is using the microphone.'
        : 'The browser was not allowed to use the microphone. Allow it beside the address of this page (the icon of a microphone or a lock), then call again.'
  element('refused-text').textContent = `${why} Without one the hotline cannot hear you.`
  element('refused').hidden = false
  element('refused-title').focus()
}

async function call({ listenOnly }) {
  if (current) return
  current = 'placing'
  element('refused').hidden = true
  show(true)
  say('Asking for the microphone …')
  try {
    if (!listenOnly) {
      microphone = await openMicrophone()
      stopMeters.push(showLevel(microphone, element('you')))
    }
  } catch (error) {
    rest('Not called.')
    explainMicrophone(error)
    return
  }
  show(true)
  try {
    const [dialled, own] = [to, from].map(field => field.value.replace(/[\s().-]/g, ''))
    const placed = await placeCall({ to: dialled, from: own, microphone, onState, onSound })
    if (current === 'abandoned') void placed.hangUp()
    if (current) current = placed
  } catch (error) {
    rest(error instanceof Refusal ? error.message : 'The call could not be placed.')
  }
}

function hangUp() {
  if (current === 'placing') current = 'abandoned'
  else void current?.hangUp?.()
}

/** Echo cancellation and the like can be switched off as in the console, for whoever compares audio. */
function openMicrophone() {
  const isProcessed = localStorage.getItem('ringdown.microphone-processing') !== 'off'
  const processing = ['echoCancellation', 'noiseSuppression', 'autoGainControl']
  return navigator.mediaDevices.getUserMedia({
    audio: Object.fromEntries(processing.map(name => [name, isProcessed])),
  })
}

function press(key) {
  if (current) current.pressKey?.(key)
  else to.value += key
}

const names = { '*': 'star', '#': 'hash' }
const letters = ['', 'ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ', '', '+', '']

for (const [place, key] of [...'123456789*0#'].entries()) {
  const button = document.createElement('button')
  const small = document.createElement('small')
  button.type = 'button'
  small.textContent = letters[place]
  button.append(key, small)
  button.setAttribute('aria-label', names[key] ?? key)
  button.addEventListener('click', () => press(key))
  element('keypad').append(button)
}

element('dialler').addEventListener('submit', event => {
  event.preventDefault()
  void call({ listenOnly: false })
})
element('listen').addEventListener('click', () => void call({ listenOnly: true }))
from.addEventListener('input', () => {
  element('own').textContent = from.value
})
hangUpButton.addEventListener('click', hangUp)
muteButton.addEventListener('click', () => mute(muteButton.getAttribute('aria-pressed') !== 'true'))
document.addEventListener('keydown', event => {
  const isTyping = event.target instanceof HTMLInputElement && !event.target.readOnly
  if (current && !isTyping && /^[0-9*#]$/.test(event.key)) press(event.key)
})
