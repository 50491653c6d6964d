import { type Input, type Scenario, type SharedCause, type State, scenarios } from './scenarios.ts'

export type Moment = 'before append' | 'after append' | 'after effects'
/** Of an input; `at rest`: nothing but the stroke happens. */
export type StrokeMoment = Moment | 'at rest'
export type Target = 'control' | 'worker 0' | 'database'

/** One scenario of the table. */
export type Play = { state: State; input: Input; scenario: Scenario }

/** Plays that run at the same time, each in its lane, and die by the same stroke. */
export type Round = { plays: Play[]; moment: StrokeMoment; target: Target; shared: SharedCause | undefined }

export const moments: readonly Moment[] = ['before append', 'after append', 'after effects']

const plays: Play[] = Object.entries(scenarios).flatMap(([state, row]) =>
  Object.entries(row).flatMap(([input, scenario]) =>
    typeof scenario === 'string' ? [] : [{ state: state as State, input: input as Input, scenario }],
  ),
)

/** Rounds of at most `lanes` plays. A shared cause is one stroke for all, so that an input of it has rounds of its own. */
export function roundsOf(order: { lanes: number; target: Target }): Round[] {
  const groups = Map.groupBy(plays, ({ input, scenario }) =>
    typeof scenario.cause === 'string' ? `${scenario.cause}|${input}` : '',
  )
  return moments.flatMap(moment =>
    [...groups.values()].flatMap(whole => {
      const { cause } = whole[0]!.scenario
      const shared = typeof cause === 'string' ? cause : undefined
      const [hasty = [], patient = []] = [true, false].map(wanted =>
        whole.filter(play => cannotWait(play, order.target, moment) === wanted),
      )
      return [...hasty.map(play => [play]), ...chunks(patient, order.lanes)].map(some => ({
        plays: some,
        moment,
        target: order.target,
        shared,
      }))
    }),
  )
}

/** Nobody is to answer: the caller hears the goodbye. */
export const isLetGo = ({ scenario }: Play): boolean => scenario.terms?.wait_limit_s === 1

/**
 * A round of its own, because it cannot wait for others: before a call's first entry, what the next control gets is the INVITE that the
 * telephone repeats, for 32 s at most (RFC 3261 §17.1.1.2, Timer B), and as long as no 100 ends that.
 */
export function cannotWait({ state }: Play, target: Target, moment: StrokeMoment): boolean {
  return target === 'control' && state === 'none' && moment === 'before append'
}

export function titleOf({ plays: some, moment, target, shared }: Round): string {
  const pairs = some.map(({ state, input }) => `${state} · ${input}`).join(', ')
  return `${target}, ${moment}${shared ? `, ${shared}` : ''}: ${pairs}`
}

function chunks<T>(all: readonly T[], most: number): T[][] {
  const count = Math.ceil(all.length / most)
  const size = Math.ceil(all.length / count)
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size))
}
