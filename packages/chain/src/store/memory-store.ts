import type { KeyRange, KeyValueStore, Write } from './key-value-store.ts'

/** Returns a store that lives as long as the process; for tests and benchmarks. */
export function createMemoryStore(): KeyValueStore {
  const values = new Map<string, Uint8Array>()
  /** All keys in order; made anew after keys came or went. */
  let sorted: readonly string[] | undefined

  function apply({ key, value }: Write): void {
    const name = keyToText(key)
    if (value === undefined) {
      if (values.delete(name)) sorted = undefined
      return
    }
    if (!values.has(name)) sorted = undefined
    values.set(name, value)
  }

  return {
    location: 'memory',
    get: async (key) => values.get(keyToText(key)),
    getMany: async (keys) => keys.map((key) => values.get(keyToText(key))),
    async *entries({ from, to, reverse = false, limit = Infinity }: KeyRange) {
      sorted ??= [...values.keys()].toSorted()
      const [first, end] = [keyToText(from), keyToText(to)]
      const inside = sorted.filter((name) => name >= first && name < end)
      const ordered = reverse ? inside.toReversed() : inside
      const found = ordered.slice(0, limit).map((name) => [name, values.get(name)] as const)
      for (const [name, value] of found) {
        if (value !== undefined) yield [textToKey(name), value] as const
      }
    },
    write: async (batch) => batch.forEach(apply),
    close: async () => {},
  }
}

/** One character a byte, so that texts sort as their bytes do. */
function keyToText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
}

function textToKey(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}
