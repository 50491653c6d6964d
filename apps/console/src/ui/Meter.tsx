/** A level between 0 and 1 as a bar. */
export function Meter(props: { label: string; level: number }) {
  const percent = Math.round(props.level * 100)
  return (
    <div className="h-3 overflow-hidden rounded-full border border-line bg-raised">
      <meter className="sr-only" aria-label={props.label} min={0} max={100} value={percent} />
      <div aria-hidden className="h-full rounded-full bg-go" style={{ inlineSize: `${percent}%` }} />
    </div>
  )
}
