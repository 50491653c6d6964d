import { useSyncExternalStore } from 'react'
import type { Observable } from './observable.ts'

/** The one bridge between view models and React. */
export function useValue<T>(observable: Observable<T>): T {
  return useSyncExternalStore(
    listener => observable.subscribe(listener),
    () => observable.value,
  )
}
