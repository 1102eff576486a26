import { hexToBytes } from '@ethereumjs/util'

import { StoreDamagedError } from '../store/errors.ts'
import type { KeyValueStore, Write } from '../store/key-value-store.ts'
import { describeKey, poolKey, poolRange } from '../store/tables.ts'
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

/** Where a journal lies. */
export type JournalStore = Pick<KeyValueStore, 'entries' | 'write' | 'location'>

/** Makes of what was signed what the pool keeps. */
type Read = (raw: Uint8Array) => PooledTransaction

/**
 * Returns the transactions on the disk in the order in which they were taken, and a journal that goes on after them.
 *
 * @throws {@link StoreDamagedError} where what lies there cannot be read.
 */
export async function openPoolJournal(
  store: JournalStore,
  read: Read,
): Promise<{ readonly kept: readonly PooledTransaction[]; readonly journal: PoolJournal }> {
  const entries: { readonly turn: bigint; readonly pooled: PooledTransaction }[] = []
  for await (const [key, value] of store.entries(poolRange())) {
    try {
      const { turn, raw } = decodeJournalEntry(value)
      entries.push({ turn, pooled: read(raw) })
    } catch (failure) {
      const what = `${describeKey(key)} is no transaction that waits`
      throw new StoreDamagedError(store.location, what, failure)
    }
  }
  const ordered = entries.toSorted((a, b) => (a.turn < b.turn ? -1 : 1))
  const kept = ordered.map(({ pooled }) => pooled)
  return { kept, journal: createJournal(store, (ordered.at(-1)?.turn ?? 0n) + 1n) }
}

function createJournal(
  store: Pick<KeyValueStore, 'write'>,
  firstTurn: JournalEntry['turn'],
): PoolJournal {
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
