/** Pods that are stopped here for good, since their device was paused for too long: by now they run elsewhere. */
export class GivenUp {
  readonly #uids = new Set<string>()
  #isOn = false

  /** While it is on, whatever is assigned is given up. */
  set(isOn: boolean): void {
    this.#isOn = isOn
  }

  /** Returns the pods that are not given up; what is not among the assigned ones any more is forgotten. */
  rest<Pod extends { readonly uid: string }>(pods: readonly Pod[]): readonly Pod[] {
    const present = new Set(pods.map(({ uid }) => uid))
    for (const uid of this.#uids) if (!present.has(uid)) this.#uids.delete(uid)
    if (this.#isOn) for (const uid of present) this.#uids.add(uid)
    return pods.filter(({ uid }) => !this.#uids.has(uid))
  }
}
