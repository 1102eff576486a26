/** What is to happen, second by second. */
export class Agenda {
  now: number
  readonly #due = new Map<number, (() => void)[]>()

  constructor(now: number) {
    this.now = now
  }

  /** Lets something happen after so many seconds, one at least. */
  in(seconds: number, action: () => void): void {
    const at = this.now + Math.max(1, Math.round(seconds))
    const due = this.#due.get(at)
    if (due === undefined) this.#due.set(at, [action])
    else due.push(action)
  }

  /** Lets everything happen until a time, and everything of that second. */
  runUntil(end: number): void {
    while (this.now < end) {
      this.now += 1
      const due = this.#due.get(this.now)
      if (due === undefined) continue
      this.#due.delete(this.now)
      for (const action of due) action()
    }
  }
}
