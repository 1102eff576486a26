import { hexToBytes } from '@ethereumjs/util'

import type { KeyValueStore, Write } from '../store/key-value-store.ts'
import { poolKey, poolRange } from '../store/tables.ts'
import { decodeJournalEntry, encodeJournalEntry, type JournalEntry } from './journal-entry.ts'
import type { PooledTransaction } from './transaction-pool.ts'

/** Keeps what the pool has taken on the disk. */
export type PoolJournal = {
  /** Resolves once the transaction, and that the replaced one is gone, is on the disk. */
  readonly record: (
    added: PooledTransaction,
    replaced: PooledTransaction | undefined,
  ) => Promise<void>
  /** Resolves once the transactions are gone from the disk. */
  readonly forget: (dropped: readonly PooledTransaction[]) => Promise<void>
}

/** Returns the transactions on the disk in the order in which they were taken, and a journal that goes on after them. */
export async function openPoolJournal(
  store: Pick<KeyValueStore, 'entries' | 'write'>,
): Promise<{ readonly kept: readonly Uint8Array[]; readonly journal: PoolJournal }> {
  const entries: JournalEntry[] = []
  for await (const [, value] of store.entries(poolRange())) {
    entries.push(decodeJournalEntry(value))
  }
  const ordered = entries.toSorted((a, b) => (a.turn < b.turn ? -1 : 1))
  const kept = ordered.map(({ raw }) => raw)
  return { kept, journal: createJournal(store, (ordered.at(-1)?.turn ?? 0n) + 1n) }
}

function createJournal(store: Pick<KeyValueStore, 'write'>, firstTurn: bigint): PoolJournal {
  const write = createGroupWriter(store)
  let turn = firstTurn
  const keyOf = ({ hash }: PooledTransaction): Uint8Array => poolKey(hexToBytes(hash))
  return {
    record: (added, replaced) => {
      const value = encodeJournalEntry({ turn, raw: added.raw })
      turn += 1n
      const removal = replaced === undefined ? [] : [{ key: keyOf(replaced) }]
      return write([...removal, { key: keyOf(added), value }])
    },
    forget: (dropped) => write(dropped.map((pooled) => ({ key: keyOf(pooled) }))),
  }
}

/** One batch at a time: what comes while the disk is busy goes into the next one together, and costs one sync. */
function createGroupWriter(store: Pick<KeyValueStore, 'write'>) {
  let waiting: Write[] = []
  let next: Promise<void> | undefined
  let current: Promise<void> = Promise.resolve()

  const flush = async (): Promise<void> => {
    await current.catch(() => {})
    const batch = waiting
    waiting = []
    next = undefined
    current = store.write(batch)
    await current
  }

  return async (writes: readonly Write[]): Promise<void> => {
    if (writes.length === 0) return
    waiting.push(...writes)
    next ??= flush()
    await next
  }
}
