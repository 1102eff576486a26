import { ClassicLevel } from 'classic-level'

import type { Disk } from './disk.ts'
import { describe, StoreDamagedError, StoreFailedError, StoreLockedError } from './errors.ts'

/** All objects are in memory already: LevelDB's own cache is read at the start alone. */
const CACHE_BYTES = 2 << 20

/**
 * Opens the disk in a folder, which is made where there is none.
 *
 * @throws {@link StoreLockedError} where another process has it.
 * @throws {@link StoreDamagedError} where LevelDB finds its files broken.
 * @throws {@link StoreFailedError} where the disk refuses.
 */
export async function openLevelDisk(folder: string): Promise<Disk> {
  const level = new ClassicLevel(folder, { cacheSize: CACHE_BYTES })
  const guard = async <Result>(action: Promise<Result>): Promise<Result> => {
    try {
      return await action
    } catch (failure) {
      throw explain(folder, failure)
    }
  }
  await guard(level.open())
  return {
    async *rows(prefix) {
      try {
        yield* level.iterator({ gte: prefix, lt: `${prefix}\uffff` })
      } catch (failure) {
        throw explain(folder, failure)
      }
    },
    write: (batch) =>
      guard(
        level.batch(
          batch.map(({ key, value }) =>
            value === undefined ? { type: 'del', key } : { type: 'put', key, value },
          ),
          { sync: true },
        ),
      ),
    recover: async () => {
      // After a write that failed its log may end in the middle: opening it anew cuts that off.
      await guard(level.close())
      await guard(level.open())
    },
    close: () => guard(level.close()),
  }
}

function explain(folder: string, failure: unknown): Error {
  const reason = describe(failure)
  if (/LEVEL_LOCKED|lock .*already held|Resource temporarily unavailable/i.test(reason)) {
    return new StoreLockedError(folder, failure)
  }
  if (/corrupt|checksum|missing files|bad block|not an sstable/i.test(reason)) {
    return new StoreDamagedError(folder, reason, failure)
  }
  return new StoreFailedError(folder, failure)
}
