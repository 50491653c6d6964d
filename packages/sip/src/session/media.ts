/** Where offer and answer stand (RFC 3264; RFC 3261 §13.2.1; RFC 6337 §2). SDP as text. Plain data. */
export interface MediaState {
  readonly state: 'none' | 'we offered' | 'they offered' | 'settled'
  /** The offer on the table. */
  readonly offer?: string
  /** What was last agreed. */
  readonly local?: string
  readonly remote?: string
}

export const NO_MEDIA: MediaState = { state: 'none' }

export const isOfferOpen = ({ state }: MediaState): boolean =>
  state === 'we offered' || state === 'they offered'

export const weOffer = (media: MediaState, offer: string): MediaState => ({
  ...media,
  state: 'we offered',
  offer,
})
export const theyOffer = (media: MediaState, offer: string): MediaState => ({
  ...media,
  state: 'they offered',
  offer,
})

/** The answer to the open offer, from whoever had to give it. Without an open offer nothing changes. */
export function settle(media: MediaState, answer: string): MediaState {
  if (media.offer === undefined) return media
  return media.state === 'we offered'
    ? { state: 'settled', local: media.offer, remote: answer }
    : { state: 'settled', local: answer, remote: media.offer }
}

/** RFC 3261 §14.1: a refused offer leaves everything as it was. */
export function withdraw({ local, remote }: MediaState): MediaState {
  return local === undefined || remote === undefined ? NO_MEDIA : { state: 'settled', local, remote }
}
