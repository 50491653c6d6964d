import type { DeviceList } from '@ringdown/contract'
import { Phone, Plus } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Notice } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { DeskPhones } from './desk-phones.ts'
import { MadePhone } from './MadePhone.tsx'
import { PhoneCard } from './PhoneCard.tsx'
import { PhoneForm } from './PhoneForm.tsx'
import { RemoveQuestion } from './RemoveQuestion.tsx'

/** The telephones of whoever looks, or, for administrators, of everybody. */
export function DeskPhonesPage({ phones, self }: { phones: DeskPhones; self: string }) {
  const { t } = useTranslation()
  const { list, failure, draft, made, removing } = useValue(phones)
  const heading = useRef<HTMLHeadingElement>(null)
  const isAtForm = draft !== null || made !== null
  useEffect(() => phones.watch(), [phones])
  // Whoever works by key or screen reader goes on from the top when the form is gone.
  useEffect(() => {
    if (!isAtForm) heading.current?.focus()
  }, [isAtForm])
  const remove = async () => {
    await phones.remove()
    if (!phones.value.removing) heading.current?.focus()
  }
  const isFilled = list !== null && list.devices.length > 0
  const removed = list?.devices.find(({ id }) => id === removing?.id)
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-4">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-64 flex-1">
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold outline-none">
            {t('deskPhones/title')}
          </h1>
          <p className="text-quiet">{t('deskPhones/lead')}</p>
        </div>
        {isFilled && !isAtForm && <AddButton phones={phones} />}
      </div>
      {failure && (
        <Notice
          tone="warn"
          action={
            <Button size="small" onClick={() => void phones.read()}>
              {t('deskPhones/retry')}
            </Button>
          }
        >
          {t(`problem/${failure.code}`)}
        </Notice>
      )}
      {draft && list && <PhoneForm phones={phones} draft={draft} members={list.members} self={self} />}
      {made && list && <MadePhone made={made} server={list.server} onDone={() => phones.noted()} />}
      {!list && !failure && (
        <p role="status" className="py-16 text-center text-quiet">
          {t('deskPhones/loading')}
        </p>
      )}
      {list && !isFilled && !isAtForm && <NoPhones phones={phones} />}
      {list && isFilled && <PhoneList phones={phones} list={list} />}
      {removing && removed && (
        <RemoveQuestion
          name={removed.name}
          failure={removing.failure}
          isGoing={removing.isGoing}
          onKeep={() => phones.keep()}
          onRemove={() => void remove()}
        />
      )}
    </div>
  )
}

function AddButton({ phones }: { phones: DeskPhones }) {
  const { t } = useTranslation()
  return (
    <Button kind="go" onClick={() => phones.begin()}>
      <Plus aria-hidden className="size-5" />
      {t('deskPhones/add')}
    </Button>
  )
}

function PhoneList({ phones, list }: { phones: DeskPhones; list: DeviceList }) {
  return (
    <ul className="flex flex-col gap-3">
      {list.devices.map(device => (
        <PhoneCard
          key={device.id}
          device={device}
          server={list.server}
          showsMember={list.members.length > 1}
          onRemove={() => phones.askToRemove(device.id)}
        />
      ))}
    </ul>
  )
}

function NoPhones({ phones }: { phones: DeskPhones }) {
  const { t } = useTranslation()
  return (
    <section className="rounded-2xl border border-line bg-surface px-6 py-10 text-center">
      <Phone aria-hidden className="mx-auto mb-4 size-10 text-quiet" />
      <h2 className="text-xl font-semibold">{t('deskPhones/empty/title')}</h2>
      <p className="mx-auto mt-2 mb-6 max-w-lg text-quiet">{t('deskPhones/empty/lead')}</p>
      <AddButton phones={phones} />
    </section>
  )
}
