import type { Step, TransactionEffect } from '../transaction/transaction.ts'

function effectLine(effect: TransactionEffect): string {
  switch (effect.type) {
    case 'send': {
      const what = effect.message.kind === 'request' ? effect.message.method : String(effect.message.status)
      return `${effect.again ? 'send again' : 'send'} ${what}`
    }
    case 'to user':
      return effect.event.type === 'response'
        ? `tell ${effect.event.response.status}`
        : `tell ${effect.event.type}`
    case 'start timer':
      return `start ${effect.name} ${effect.ms}`
    case 'stop timer':
      return `stop ${effect.name}`
    case 'terminated':
      return `end ${effect.reason}`
    case 'unexpected':
      return `unexpected ${effect.input}`
  }
}

/** Effects of a step as short lines, so that tables of transitions can be read. */
export const effectLines = (step: Step): string[] => step.effects.map(effectLine)
