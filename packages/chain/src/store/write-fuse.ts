import { StoreFailedError } from './errors.ts'
import type { KeyValueStore } from './key-value-store.ts'

/**
 * What all threads that write into one LevelDB share. A write that fails half way makes the log unreadable from there on:
 * another thread's write after it succeeds, and is gone after a restart. So writes take turns, and none comes after one
 * that failed.
 */
export type WriteFuse = Int32Array<SharedArrayBuffer>

const field = { nextTurn: 0, turn: 1, isBlown: 2 } as const

/** Returns a fuse that is whole. */
export function createWriteFuse(): WriteFuse {
  return new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT))
}

/** What goes with a store's writes. */
export type Guard = {
  readonly fuse: WriteFuse
  /** Told of the write that failed first, if it was this store's: those that come after it tell no cause. */
  readonly onFailure?: ((failure: unknown) => void) | undefined
}

/**
 * Returns the store, whose writes go through the fuse.
 *
 * @throws {@link StoreFailedError} from each write after one that failed, of whatever thread.
 */
export function guardWrites(store: KeyValueStore, { fuse, onFailure }: Guard): KeyValueStore {
  const write: KeyValueStore['write'] = async (batch) => {
    await waitForTurn(fuse)
    try {
      if (Atomics.load(fuse, field.isBlown) === 1) throw writeAfterFailure(store)
      await writeOrBlow(store, { batch, fuse, onFailure })
    } finally {
      Atomics.add(fuse, field.turn, 1)
      Atomics.notify(fuse, field.turn)
    }
  }
  return { ...store, write }
}

type Writing = Guard & { readonly batch: Parameters<KeyValueStore['write']>[0] }

async function writeOrBlow(
  store: KeyValueStore,
  { batch, fuse, onFailure }: Writing,
): Promise<void> {
  try {
    await store.write(batch)
  } catch (failure) {
    Atomics.store(fuse, field.isBlown, 1)
    onFailure?.(failure)
    throw failure
  }
}

async function waitForTurn(fuse: WriteFuse): Promise<void> {
  const mine = Atomics.add(fuse, field.nextTurn, 1)
  for (;;) {
    const turn = Atomics.load(fuse, field.turn)
    if (turn === mine) return
    await Atomics.waitAsync(fuse, field.turn, turn).value
  }
}

function writeAfterFailure({ location }: KeyValueStore): StoreFailedError {
  return new StoreFailedError(location, new Error('a write before this one failed'))
}
