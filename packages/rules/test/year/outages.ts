/** A time in which somebody was away: seconds, the last one not included; Infinity while it lasts. */
export type Outage = { readonly from: number; readonly to: number }

/** When somebody was away, oldest first. */
export class Outages {
  #all: Outage[] = []

  get isOn(): boolean {
    return this.#all.at(-1)?.to === Infinity
  }

  begin(from: number): void {
    this.#all.push({ from, to: Infinity })
  }

  end(to: number): void {
    const last = this.#all.pop()
    if (last !== undefined) this.#all.push({ from: last.from, to })
  }

  /** Returns what of a time they were. */
  within(from: number, to: number): readonly Outage[] {
    return this.#all
      .filter((outage) => outage.to > from && outage.from < to)
      .map((outage) => ({ from: Math.max(from, outage.from), to: Math.min(to, outage.to) }))
  }

  /** Returns how many seconds of a time they were not. */
  presentSeconds(from: number, to: number): number {
    return this.within(from, to).reduce((left, each) => left - (each.to - each.from), to - from)
  }

  /** Forgets what was over before a time. */
  forgetBefore(time: number): void {
    this.#all = this.#all.filter(({ to }) => to > time)
  }
}
