/** Values that wait until they are read; any number of readers, each from where it began. */
export type Pipe<Value> = {
  readonly write: (value: Value) => void
  /** Ends it; what was written is still read. */
  readonly end: () => void
  /** Yields what is written from the value with this number on, until the end or the signal. */
  readonly read: (from: number, signal?: AbortSignal) => AsyncGenerator<Value>
  readonly values: readonly Value[]
}

/** Returns an empty pipe. */
export function createPipe<Value>(): Pipe<Value> {
  const values: Value[] = []
  let isEnded = false
  let wake = Promise.withResolvers<void>()

  function notify(): void {
    wake.resolve()
    wake = Promise.withResolvers()
  }

  return {
    values,
    write: (value) => {
      if (isEnded) return
      values.push(value)
      notify()
    },
    end: () => {
      isEnded = true
      notify()
    },
    async *read(from, signal) {
      const aborted = new Promise<void>((resolve) =>
        signal?.addEventListener('abort', () => resolve(), { once: true }),
      )
      for (let next = from; ;) {
        if (signal?.aborted === true) return
        const unread = values.slice(next)
        next += unread.length
        yield* unread
        if (next < values.length) continue
        if (isEnded) return
        await Promise.race([wake.promise, aborted])
      }
    },
  }
}
