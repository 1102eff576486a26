/** One change of a batch; without a value the key is removed. */
export type Row = { readonly key: string; readonly value?: string }

/** Texts on a disk, or in memory, in the order of their keys. */
export type Disk = {
  /** Returns all rows whose key begins so, ascending. */
  readonly rows: (prefix: string) => AsyncIterable<readonly [key: string, value: string]>
  /**
   * Writes all of a batch or nothing. What it resolves for survives the death of the process and of the machine.
   *
   * @throws {@link StoreFailedError} where the disk refused; whether the batch is there is known once {@link Disk.recover} is done, before which nothing is written.
   */
  readonly write: (batch: readonly Row[]) => Promise<void>
  /**
   * Makes it usable again after a write failed; may be called again where it throws.
   *
   * @throws {@link StoreFailedError} where the disk still refuses.
   */
  readonly recover: () => Promise<void>
  /** Ends it; may be called twice. */
  readonly close: () => Promise<void>
}
