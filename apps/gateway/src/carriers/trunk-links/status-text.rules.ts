import { reasonPhrase } from '@ringdown/sip'

/** A status in our words: what a peer writes as its reason might be anything. */
export const statusText = (status: number): string => `${status} ${reasonPhrase(status)}`
