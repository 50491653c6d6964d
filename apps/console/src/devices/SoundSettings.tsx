import { Mic, Volume2 } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Choice, Meter, Toggle } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Device, Devices } from './devices.ts'
import type { SoundTest } from './sound-test.ts'

/** A setting as this part needs it. */
type Setting<T> = { value: T; subscribe(listener: () => void): () => void; set(value: T): void }

export type SoundSettingsProps = {
  devices: Devices
  test: SoundTest
  microphone: Setting<string | null>
  speaker: Setting<string | null>
  processing: Setting<'on' | 'off'>
}

/** Microphone and speaker, and a way to hear whether they work before a caller does. */
export function SoundSettings({ devices, test, microphone, speaker, processing }: SoundSettingsProps) {
  const { t } = useTranslation()
  const { microphones, speakers } = useValue(devices)
  const chosenMicrophone = useValue(microphone)
  const processed = useValue(processing)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another microphone, or other processing, is tested anew
  useEffect(() => {
    void test.look()
    return () => test.stop()
  }, [test, chosenMicrophone, processed])
  return (
    <div className="flex flex-col gap-4">
      <DeviceChoice label={t('settings/microphone')} devices={microphones} setting={microphone} />
      <Level test={test} />
      {speakers.length > 0 ? (
        <DeviceChoice label={t('settings/speaker')} devices={speakers} setting={speaker} />
      ) : (
        <p className="text-sm text-quiet">{t('settings/speakerFixed')}</p>
      )}
      <TestButtons test={test} />
      <Toggle
        label={t('settings/processing')}
        note={t('settings/processingNote')}
        on={processed === 'on'}
        onChange={on => processing.set(on ? 'on' : 'off')}
      />
    </div>
  )
}

function DeviceChoice(props: { label: string; devices: Device[]; setting: Setting<string | null> }) {
  const { t } = useTranslation()
  const chosen = useValue(props.setting)
  const options = props.devices.map((device, index) => ({
    value: device.id,
    label: device.name || t('settings/unnamedDevice', { number: index + 1 }),
  }))
  const known = options.some(option => option.value === chosen)
  return (
    <Choice
      label={props.label}
      value={known && chosen !== null ? chosen : ''}
      options={[{ value: '', label: t('settings/systemDevice') }, ...options]}
      onChoose={value => props.setting.set(value === '' ? null : value)}
    />
  )
}

function Level({ test }: { test: SoundTest }) {
  const { t } = useTranslation()
  const level = useValue(test.level)
  const { problem } = useValue(test)
  return (
    <div>
      <Meter label={t('settings/level')} level={level} />
      {problem && problem !== 'refused' && (
        <p className="mt-1.5 text-sm text-stop">{t(`microphone/${problem}`)}</p>
      )}
      {problem === 'refused' && <p className="mt-1.5 text-sm text-stop">{t('microphone/heading')}</p>}
    </div>
  )
}

function TestButtons({ test }: { test: SoundTest }) {
  const { t } = useTranslation()
  const { at } = useValue(test)
  const working = at === 'opening' || at === 'tone' || at === 'recording' || at === 'playing'
  return (
    <div>
      <div className="grid gap-2.5 sm:grid-cols-2">
        <Button disabled={working} busy={at === 'tone'} onClick={() => void test.playTone()}>
          <Volume2 aria-hidden className="size-5" />
          {at === 'tone' ? t('settings/playingTone') : t('settings/playTone')}
        </Button>
        {at === 'closed' || at === 'opening' ? (
          <Button busy={at === 'opening'} onClick={() => void test.start()}>
            <Mic aria-hidden className="size-5" />
            {t('settings/testMicrophone')}
          </Button>
        ) : (
          <Button
            disabled={working}
            busy={at === 'recording' || at === 'playing'}
            onClick={() => void test.recordAndPlay()}
          >
            <Mic aria-hidden className="size-5" />
            {t(`settings/${recordLabel[at]}`)}
          </Button>
        )}
      </div>
      <p className="mt-2 text-sm text-quiet">{t('settings/testNote')}</p>
    </div>
  )
}

const recordLabel = {
  ready: 'record',
  tone: 'record',
  recording: 'recording',
  playing: 'playingBack',
} as const
