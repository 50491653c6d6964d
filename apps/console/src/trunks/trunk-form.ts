import type { TrunkTemplateName, TrunkView } from '@ringdown/contract'
import { type Observable, Source } from '../view-model/index.ts'
import { checkDraft, type Problems } from './check-draft.rules.ts'
import { changeTemplate, draftOf, draftOfTemplate, sameDraft, type TrunkDraft } from './draft.rules.ts'
import type { TrunkFailure, TrunksPort } from './trunks.port.ts'
import type { Trunks } from './trunks.ts'

/** One trunk being made (`id` null) or changed. It outlives the page: a call that rings in between takes nothing away. */
export type OpenForm = {
  id: string | null
  version: number | null
  hasPassword: boolean
  /** The template is being chosen. */
  choosing: boolean
  /** Null: before the first template was chosen. */
  draft: TrunkDraft | null
  /** As it was opened; what differs from it is not saved. */
  original: TrunkDraft | null
  problems: Problems
  /** Counts the tries that found problems, for whoever leads the eye to the first of them. */
  refusals: number
  busy: 'saving' | 'removing' | null
  failure: TrunkFailure | null
}

/** The form of one trunk; null while none is open. */
export class TrunkForm implements Observable<OpenForm | null> {
  readonly #port: TrunksPort
  readonly #trunks: Trunks
  readonly #state = new Source<OpenForm | null>(null)

  constructor(args: { port: TrunksPort; trunks: Trunks }) {
    this.#port = args.port
    this.#trunks = args.trunks
  }

  get value(): OpenForm | null {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  /** Something was typed that is not saved. */
  get dirty(): boolean {
    const form = this.value
    return Boolean(form?.draft && form.original && !sameDraft(form.draft, form.original))
  }

  openNew(): void {
    if (this.value?.id === null && (this.dirty || this.value.busy)) return
    this.#state.set({ ...blank, id: null, choosing: true })
  }

  /** Keeps what was typed into the form of the same trunk. */
  open(trunk: TrunkView): void {
    if (this.value?.id === trunk.id && (this.dirty || this.value.busy)) return
    this.#openAs(trunk)
  }

  choose(template: TrunkTemplateName): void {
    const before = this.value?.draft
    const original = draftOfTemplate(template)
    const draft = before ? changeTemplate(before, template) : original
    this.#patch({ choosing: false, draft, original, problems: {}, failure: null })
  }

  /** Back to the templates, with what was typed. */
  chooseAgain(): void {
    this.#patch({ choosing: true })
  }

  /** Changes a field; what was said at these places of the settings is said no more. */
  edit<Field extends keyof TrunkDraft>(
    field: Field,
    value: TrunkDraft[Field],
    about: readonly string[],
  ): void {
    const form = this.value
    if (!form?.draft) return
    const problems = Object.fromEntries(
      Object.entries(form.problems).filter(([place]) => !about.includes(place)),
    )
    this.#patch({ draft: { ...form.draft, [field]: value }, problems, failure: null })
  }

  discard(): void {
    this.#state.set(null)
  }

  /** Sends the draft. True: it is saved and the form is closed. */
  async save(): Promise<boolean> {
    const form = this.value
    if (!form?.draft || form.busy) return false
    const checked = checkDraft(form.draft, form.hasPassword)
    if (!checked.ok) {
      this.#patch({ problems: checked.problems, refusals: form.refusals + 1, failure: null })
      return false
    }
    this.#patch({ busy: 'saving', problems: {}, failure: null })
    const { id, version } = form
    const outcome = this.#trunks.heard(
      await (id === null
        ? this.#port.add(checked.change)
        : this.#port.change(id, { ...checked.change, ...(version !== null && { version }) })),
    )
    if (outcome.ok) this.#trunks.replace(outcome.value)
    return this.#settle(outcome.ok ? null : outcome.failure)
  }

  /** True: it is gone and the form is closed. */
  async remove(): Promise<boolean> {
    const id = this.value?.id
    if (!id || this.value?.busy) return false
    this.#patch({ busy: 'removing', failure: null })
    const outcome = this.#trunks.heard(await this.#port.remove(id))
    const gone = outcome.ok || outcome.failure.code === 'trunk.unknown'
    if (gone) this.#trunks.forget(id)
    return this.#settle(gone || outcome.ok ? null : outcome.failure)
  }

  /** After somebody else's change: theirs instead of what stands here. False: the trunk is gone. */
  async reload(): Promise<boolean> {
    const id = this.value?.id
    if (!id) return false
    this.#patch({ busy: 'saving' })
    await this.#trunks.read()
    const trunk = this.#trunks.find(id)
    if (trunk) this.#openAs(trunk)
    else this.#patch({ busy: null })
    return trunk !== undefined
  }

  #settle(failure: TrunkFailure | null): boolean {
    if (failure?.code === 'trunk.name-taken') this.#refuseName()
    else if (failure) this.#patch({ busy: null, failure })
    else this.#state.set(null)
    return failure === null
  }

  /** Only the gateway knows the names of all trunks; what it says belongs to the field all the same. */
  #refuseName(): void {
    const refusals = (this.value?.refusals ?? 0) + 1
    this.#patch({ busy: null, refusals, problems: { name: { kind: 'nameTaken', entries: '' } } })
  }

  #openAs(trunk: TrunkView): void {
    const { id, version, hasPassword } = trunk
    const draft = draftOf(trunk.settings)
    this.#state.set({ ...blank, id, version, hasPassword, draft, original: draft })
  }

  #patch(fields: Partial<OpenForm>): void {
    const form = this.value
    if (form) this.#state.set({ ...form, ...fields })
  }
}

const blank: Omit<OpenForm, 'id'> = {
  version: null,
  hasPassword: false,
  choosing: false,
  draft: null,
  original: null,
  problems: {},
  refusals: 0,
  busy: null,
  failure: null,
}
