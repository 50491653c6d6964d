import { watch } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-program.ts'
import { type Touched, touchedBy } from './touched.rules.ts'

/** Editors write a file in several steps, and several files at once. ms. */
const settlingMs = 200

const folders = ['apps/gateway/src', 'packages/contract/src', 'packages/media/src', 'packages/sip/src']

/** Calls back when the server's sources changed, with the processes that run other code now. */
export function watchServerSources(onChange: (touched: Touched, files: string[]) => void): void {
  const changed = new Set<string>()
  let settling: NodeJS.Timeout | undefined
  const settled = () => {
    const files = [...changed]
    changed.clear()
    const touched = touchedBy(files)
    if (touched !== 'nothing') onChange(touched, files)
  }
  for (const folder of folders) {
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      if (name === null) return
      changed.add(`${folder}/${name}`)
      clearTimeout(settling)
      settling = setTimeout(settled, settlingMs)
    })
  }
}
