/** No worker is up, or the one that was asked went away before it answered. What was asked may or may not be done. */
export class MediaAway extends Error {
  readonly code = 'media.away'

  constructor(worker?: number) {
    super(worker === undefined ? 'no media worker is up' : `media worker ${worker} is away`)
    this.name = 'MediaAway'
  }
}
