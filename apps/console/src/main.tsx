import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { App, assemble, connect } from './console/index.ts'
import { createSettings } from './settings/index.ts'
import { startTexts } from './texts/index.ts'
import './styles.css'

const settings = createSettings({ store: localStorage, languages: navigator.languages })
const texts = await startTexts(settings.language.value)
const audio = document.createElement('audio')
audio.autoplay = true
document.body.append(audio)

const console = assemble({ settings, texts, audio })
connect(console, texts)
void console.session.start()

const root = document.getElementById('console')
if (!root) throw new Error('index.html has no element "console"')
createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={texts}>
      <App console={console} />
    </I18nextProvider>
  </StrictMode>,
)
