/** How a run is measured: blocks of our code that ran, and characters and bytes that built-ins went over for it. */
export interface Work {
  readonly blocks: number
  readonly units: number
  /** The regular expressions that were used. */
  readonly patterns: ReadonlySet<string>
}

/** What `node:inspector` offers of the profiler: it counts how often each block of code ran. */
export interface BlockCounter {
  start(): Promise<void>
  /** Block executions in `packages/sip/src` since the last call. */
  take(): Promise<number>
}

type Method = (this: unknown, ...args: never[]) => unknown
type Cost = (self: { length: number }, args: readonly unknown[], result: unknown) => number

const whole: Cost = self => self.length
const result: Cost = (_, __, made) => (made as { length?: number } | undefined)?.length ?? 0

/** From where a search starts to where it ends. */
const searched: Cost = (self, [, from], found) => {
  const start = typeof from === 'number' ? from : 0
  return (typeof found === 'number' && found >= 0 ? found : self.length) - start
}

const COSTS: readonly (readonly [object, Readonly<Record<string, Cost>>])[] = [
  [
    String.prototype,
    {
      ...{ slice: result, split: whole, trim: whole, toLowerCase: whole, toUpperCase: whole, repeat: result },
      ...{ indexOf: searched, lastIndexOf: whole, includes: whole, replaceAll: whole, toWellFormed: whole },
    },
  ],
  [
    Array.prototype,
    { join: result, slice: result, flatMap: whole, filter: whole, map: whole, includes: whole },
  ],
  [Object.getPrototypeOf(Uint8Array.prototype) as object, { indexOf: searched, slice: result }],
]

/** A pattern costs what it went over: from where it began to where its match ended; a sticky one tries one place. */
function patternCost(pattern: RegExp, text: string, from: number, match: RegExpExecArray | null): number {
  if (match === null) return pattern.sticky ? 1 : text.length - from
  return match.index + match[0].length - from
}

/** Replaces a method for a while; the returned function puts it back. */
function replace(target: object, name: string, make: (original: Method) => Method): () => void {
  const original = Reflect.get(target, name) as Method
  Object.defineProperty(target, name, { value: make(original), configurable: true, writable: true })
  return () => {
    Object.defineProperty(target, name, { value: original, configurable: true, writable: true })
  }
}

/** Runs something synchronous and says how much work it was. No clock: the same run always gives the same numbers. */
export async function countWork(blocks: BlockCounter, run: () => void): Promise<Work> {
  let units = 0
  const patterns = new Set<string>()
  const restore = COSTS.flatMap(([target, costs]) =>
    Object.entries(costs).map(([name, cost]) =>
      replace(
        target,
        name,
        original =>
          function (this: unknown, ...args: never[]) {
            const made = original.apply(this, args)
            units += cost(this as { length: number }, args, made)
            return made
          },
      ),
    ),
  )
  restore.push(
    replace(
      RegExp.prototype,
      'exec',
      original =>
        function (this: unknown, ...args: never[]) {
          const pattern = this as RegExp
          const from = pattern.global || pattern.sticky ? pattern.lastIndex : 0
          const match = original.apply(this, args) as RegExpExecArray | null
          units += patternCost(pattern, String(args[0]), from, match)
          patterns.add(pattern.source)
          return match
        },
    ),
  )
  try {
    await blocks.take()
    run()
  } finally {
    for (const putBack of restore) putBack()
  }
  return { blocks: await blocks.take(), units, patterns }
}
