import { type Observable, Source } from '../view-model/index.ts'
import { type Page, pageOf, pathOf } from './page.rules.ts'

/** The browser's address and history, as far as pages need them. */
export interface BrowserHistory {
  path(): string
  push(path: string): void
  onMove(listener: () => void): void
}

export type PagesValue = {
  page: Page
  /** Where somebody wants to go who has typed something that is not saved: they are asked first. */
  leavingFor: Page | null
}

/** Which page is shown. Models live above it: what a page shows goes on without it. */
export class Pages implements Observable<PagesValue> {
  readonly #history: BrowserHistory
  readonly #isLoss: (from: Page, to: Page) => boolean
  readonly #state: Source<PagesValue>

  constructor(args: {
    history: BrowserHistory
    /** Whether something typed would be lost by this step. */
    isLoss: (from: Page, to: Page) => boolean
  }) {
    this.#history = args.history
    this.#isLoss = args.isLoss
    this.#state = new Source<PagesValue>({ page: pageOf(args.history.path()), leavingFor: null })
    args.history.onMove(() => this.#moved())
  }

  get value(): PagesValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  /** Goes there, or asks first. */
  go(page: Page): void {
    if (this.#isLoss(this.value.page, page)) this.#state.patch({ leavingFor: page })
    else this.show(page)
  }

  /** Goes there without a question. */
  show(page: Page): void {
    if (pathOf(page) !== this.#history.path()) this.#history.push(pathOf(page))
    this.#state.set({ page, leavingFor: null })
  }

  stay(): void {
    this.#state.patch({ leavingFor: null })
  }

  /** Back and forward have changed the address already; whoever is to be asked first stands where they stood. */
  #moved(): void {
    const page = pageOf(this.#history.path())
    const before = this.value.page
    if (this.#isLoss(before, page)) {
      this.#history.push(pathOf(before))
      this.#state.patch({ leavingFor: page })
    } else {
      this.#state.set({ page, leavingFor: null })
    }
  }
}

export function createBrowserHistory(): BrowserHistory {
  return {
    path: () => location.pathname,
    push: path => history.pushState(null, '', path),
    onMove: listener => window.addEventListener('popstate', listener),
  }
}
