import type { Observable } from '../view-model/index.ts'
import type { Time } from './time.ts'

/** Waits until the value satisfies `condition`; false when that did not happen within `withinMs`. */
export function until<T>(args: {
  observable: Observable<T>
  condition: (value: T) => boolean
  withinMs: number
  time: Time
}): Promise<boolean> {
  const { observable, condition } = args
  if (condition(observable.value)) return Promise.resolve(true)
  return new Promise(resolve => {
    const finish = (met: boolean) => {
      unsubscribe()
      cancel()
      resolve(met)
    }
    const unsubscribe = observable.subscribe(() => {
      if (condition(observable.value)) finish(true)
    })
    const cancel = args.time.after(args.withinMs, () => finish(false))
  })
}
