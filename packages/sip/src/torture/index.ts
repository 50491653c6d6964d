// The door of `@ringdown/sip/torture`: the messages that RFCs made to test parsers, and a measure of work without a clock.

import type { TortureMessage } from './notation.ts'
import { INVALID } from './rfc4475-invalid.ts'
import { SEMANTICS } from './rfc4475-semantics.ts'
import { VALID } from './rfc4475-valid.ts'
import { IPV6 } from './rfc5118.ts'

export type { TortureMessage } from './notation.ts'
export { type BlockCounter, countWork, type Work } from './work.ts'

/** All messages of RFC 4475 and RFC 5118, in their order. */
export const TORTURE: readonly TortureMessage[] = [...VALID, ...INVALID, ...SEMANTICS, ...IPV6]
