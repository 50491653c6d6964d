import { useEffect } from 'react'
import { callingTrunks, DialDialog } from '../dialler/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'
import { LineProblem } from './Warnings.tsx'

/** The dialog in which a number is dialled, with the trunks that there are when it opens. */
export function Dialling({ console, connected }: { console: Console; connected: boolean }) {
  const { dialler, trunks } = console
  const { open, problem } = useValue(dialler)
  const known = useValue(trunks).trunks
  useEffect(() => {
    if (open) void trunks.read()
  }, [open, trunks])
  return (
    <DialDialog
      dialler={dialler}
      trunks={known && callingTrunks(known)}
      connected={connected}
      problem={problem && <LineProblem problem={problem} family={console.family} />}
    />
  )
}
