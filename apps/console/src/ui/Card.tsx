import { type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'

/** A titled part of a page; assistive technology finds it as a region of that name. */
export function Card(props: { title: string; aside?: ReactNode; children: ReactNode; className?: string }) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className={classNames('rounded-2xl border border-line bg-surface', props.className)}
    >
      <header className="flex min-h-14 items-center justify-between gap-3 px-5">
        <h2 id={id} className="font-semibold">
          {props.title}
        </h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  )
}
