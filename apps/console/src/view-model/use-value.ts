import { useCallback, useSyncExternalStore } from 'react'
import type { Observable } from './observable.ts'

/** The one bridge between view models and React. */
export function useValue<T>(observable: Observable<T>): T {
  // React subscribes anew whenever it is handed another function.
  const subscribe = useCallback((listener: () => void) => observable.subscribe(listener), [observable])
  return useSyncExternalStore(subscribe, () => observable.value)
}
