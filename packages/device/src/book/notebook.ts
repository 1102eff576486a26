import type { Assignment } from '../protocol/assignment.ts'
import type { Restarts } from '../reconcile/container-memory.ts'
import type { BookStore } from './book-store.ts'
import { applyAssignment, createBook, endOnly, type AppliedAssignment, type Book } from './book.ts'
import { BookUnsavedError } from './errors.ts'

/** A book and where it is stored: one change after the other, and nothing counts before it is stored. */
export class Notebook {
  readonly #store: BookStore
  readonly #opened = Promise.withResolvers<void>()
  #last: Promise<unknown> = Promise.resolve()
  #book: Book | undefined
  #isAssigned = false

  constructor(store: BookStore) {
    this.#store = store
    this.#opened.promise.catch(() => {})
  }

  /** What was stored last; nothing where nothing was. */
  get book(): Book | undefined {
    return this.#book
  }

  /** Whether a pod is in what was assigned last, or may be: until the first assignment since this process began nobody knows what is ending. */
  readonly isAssigned = (uid: string): boolean =>
    !this.#isAssigned || (this.#book?.pods.some((pod) => pod.uid === uid) ?? false)

  /** Returns what was stored; nothing where nothing was. Changes wait for it. */
  async open(): Promise<Book | undefined> {
    try {
      this.#book = await this.#store.load()
      this.#opened.resolve()
      return this.#book
    } catch (error) {
      this.#opened.reject(error)
      throw error
    }
  }

  /** As {@link applyAssignment}, once it is stored; where it cannot be, what was stored before stays, and {@link endOnly} says what is obeyed. */
  assign(assignment: Assignment): Promise<AppliedAssignment> {
    return this.#inTurn(async () => {
      const before = this.#book ?? createBook()
      const applied = applyAssignment(before, assignment)
      this.#isAssigned = true
      try {
        await this.#keep(applied.book)
        return applied
      } catch (unsaved) {
        if (!(unsaved instanceof BookUnsavedError)) throw unsaved
        return { book: endOnly(before, applied.book), fenced: applied.fenced, unsaved }
      }
    })
  }

  /** Remembers a container's restarts, unless its pod is held no more. */
  countRestart(uid: string, key: string, restart: Restarts): Promise<void> {
    return this.#inTurn(async () => {
      const book = this.#book
      if (book?.pods.some((pod) => pod.uid === uid) !== true) return
      await this.#keep({ ...book, restarts: { ...book.restarts, [key]: restart } })
    })
  }

  /** Resolves when nothing is being stored. */
  async settle(): Promise<void> {
    await this.#last
  }

  async #keep(book: Book): Promise<void> {
    await this.#store.save(book)
    this.#book = book
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#after(this.#last, change)
    this.#last = done.catch(() => {})
    return done
  }

  async #after<Result>(before: Promise<unknown>, change: () => Promise<Result>): Promise<Result> {
    await this.#opened.promise
    await before
    return change()
  }
}
