/** The sign of the house: a ring that goes out to both ends. */
export function Wordmark(props: {
  name: string
  /** The sign alone where there is little room. */
  isShort?: boolean
}) {
  return (
    <span className="inline-flex items-center gap-2.5 text-lg font-semibold tracking-tight">
      <svg aria-hidden="true" viewBox="0 0 32 32" className="size-8 shrink-0">
        <rect width="32" height="32" rx="9" className="fill-go-fill" />
        <g fill="none" strokeLinecap="round" strokeWidth="2.6" className="stroke-on-fill">
          <path d="M8.5 21.5a10.6 10.6 0 0 1 0-11M23.5 21.5a10.6 10.6 0 0 0 0-11" opacity=".55" />
          <path d="M12.4 19a5.6 5.6 0 0 1 0-6M19.6 19a5.6 5.6 0 0 0 0-6" />
        </g>
        <circle cx="16" cy="16" r="2.2" className="fill-on-fill" />
      </svg>
      <span className={props.isShort ? 'sr-only sm:not-sr-only' : undefined}>{props.name}</span>
    </span>
  )
}
