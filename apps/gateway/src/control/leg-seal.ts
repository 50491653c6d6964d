import type { Ground } from './open-ground.ts'

/** Legs hold callers' numbers and keys: sealed for the purpose, bound to the leg's id. */
export function legSeal(ground: Ground) {
  return {
    seal: (text: string, row: string) => ground.privacy.seal({ purpose: 'leg', row, text }),
    open: (sealed: Uint8Array, row: string) => ground.privacy.open({ purpose: 'leg', row, sealed }),
  }
}
