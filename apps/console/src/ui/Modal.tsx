import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { useReturningFocus } from './use-returning-focus.ts'

const panel =
  'fixed inset-x-0 bottom-0 z-20 mx-auto max-h-[92dvh] w-full overflow-y-auto rounded-t-3xl border border-line bg-surface p-6 shadow-2xl motion-safe:animate-rise sm:bottom-auto sm:top-1/2 sm:-translate-y-1/2 sm:rounded-3xl'

function Veil() {
  return <Dialog.Overlay className="fixed inset-0 z-10 bg-black/55" />
}

/** A dialog that is closed by Escape, by a click beside it, or by its cross. */
export function Modal(props: {
  title: string
  closeLabel: string
  open: boolean
  onClose: () => void
  children: ReactNode
}) {
  const focus = useReturningFocus()
  return (
    <Dialog.Root open={props.open} onOpenChange={open => !open && props.onClose()}>
      <Dialog.Portal>
        <Veil />
        <Dialog.Content aria-describedby={undefined} className={classNames(panel, 'sm:max-w-xl')} {...focus}>
          <div className="mb-5 flex items-center justify-between">
            <Dialog.Title className="text-xl font-semibold">{props.title}</Dialog.Title>
            <Dialog.Close
              aria-label={props.closeLabel}
              className="-m-2 grid size-11 place-items-center rounded-xl hover:bg-raised"
            >
              <X aria-hidden className="size-5" />
            </Dialog.Close>
          </div>
          {props.children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/**
 * A dialog that waits for an answer: neither Escape nor a click beside it gives one by accident. The dialog itself takes the
 * focus, not a button, so that a space or return typed into something else answers nothing either.
 */
export function QuestionModal(props: { title: ReactNode; description: ReactNode; children: ReactNode }) {
  const { onOpenAutoFocus, onCloseAutoFocus } = useReturningFocus()
  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Veil />
        <Dialog.Content
          className={classNames(panel, 'text-center outline-none sm:max-w-md')}
          onEscapeKeyDown={event => event.preventDefault()}
          onInteractOutside={event => event.preventDefault()}
          onOpenAutoFocus={event => {
            onOpenAutoFocus()
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
          }}
          onCloseAutoFocus={onCloseAutoFocus}
        >
          <Dialog.Title className="text-lg font-semibold text-quiet">{props.title}</Dialog.Title>
          <Dialog.Description asChild>
            <div>{props.description}</div>
          </Dialog.Description>
          {props.children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
