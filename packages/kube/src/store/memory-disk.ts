import type { Disk } from './disk.ts'

/** Returns a disk that lives as long as the process; for tests and clusters that nobody will miss. */
export function createMemoryDisk(): Disk {
  const values = new Map<string, string>()
  return {
    async *rows(prefix) {
      const found = [...values].filter(([key]) => key.startsWith(prefix))
      yield* found.toSorted(([a], [b]) => (a < b ? -1 : 1))
    },
    write: async (batch) => {
      for (const { key, value } of batch) {
        if (value === undefined) values.delete(key)
        else values.set(key, value)
      }
    },
    recover: async () => {},
    close: async () => {},
  }
}
