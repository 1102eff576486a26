import { randomUUID } from 'node:crypto'

/** Seals a few bytes, and opens what it sealed: what is sealed may lie where others read and write. */
export type Seal = {
  /** Returns sealed bytes that open for this context alone; other ones each time. */
  readonly close: (bytes: Uint8Array, context: string) => Uint8Array
  /** Returns what was sealed; nothing where that was elsewhere, for another context, or is damaged. */
  readonly open: (sealed: Uint8Array, context: string) => Uint8Array | undefined
}

/** Returns a seal that keeps what it sealed: what it gives is a name of it, and says nothing. */
export function createMemorySeal(): Seal {
  const kept = new Map<string, { readonly bytes: Uint8Array; readonly context: string }>()
  return {
    close: (bytes, context) => {
      const name = randomUUID()
      kept.set(name, { bytes, context })
      return Buffer.from(name)
    },
    open: (sealed, context) => {
      const found = kept.get(Buffer.from(sealed).toString())
      return found?.context === context ? found.bytes : undefined
    },
  }
}
