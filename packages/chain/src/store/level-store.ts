import { ClassicLevel } from 'classic-level'

import { describe, StoreDamagedError, StoreFailedError, StoreLockedError } from './errors.ts'
import type { KeyValueStore, Write } from './key-value-store.ts'

/**
 * LevelDB's cache of uncompressed blocks, and what it keeps in memory before it writes a table. The latter bounds what a
 * start has to read again.
 */
const CACHE_BYTES = 64 << 20
const WRITE_BUFFER_BYTES = 8 << 20

/**
 * Opens the store in a folder, which is made where there is none. Every thread of a process may open the same folder.
 *
 * @throws {@link StoreLockedError} where another process has it.
 * @throws {@link StoreDamagedError} where LevelDB finds its files broken.
 * @throws {@link StoreFailedError} where the disk refuses.
 */
export async function openLevelStore(folder: string): Promise<KeyValueStore> {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(folder, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    multithreading: true,
    cacheSize: CACHE_BYTES,
    writeBufferSize: WRITE_BUFFER_BYTES,
  })
  const guard = async <Result>(action: Promise<Result>): Promise<Result> => {
    try {
      return await action
    } catch (failure) {
      throw explain(folder, failure)
    }
  }
  await guard(level.open())
  return {
    location: folder,
    get: async (key) => toPlainValue(await guard(level.get(key))),
    getMany: async (keys) => {
      const values = await guard(level.getMany([...keys]))
      return values.map(toPlainValue)
    },
    async *entries({ from, to, reverse = false, limit = -1 }) {
      try {
        for await (const [key, value] of level.iterator({ gte: from, lt: to, reverse, limit })) {
          yield [toPlainBytes(key), toPlainBytes(value)] as const
        }
      } catch (failure) {
        throw explain(folder, failure)
      }
    },
    write: (batch) => guard(level.batch(batch.map(writeToOperation), { sync: true })),
    close: () => guard(level.close()),
  }
}

/** LevelDB's binding returns Node's own kind of bytes, of which `slice` and comparison differ. */
function toPlainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function toPlainValue(value: Uint8Array | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : toPlainBytes(value)
}

function writeToOperation({ key, value }: Write) {
  return value === undefined
    ? ({ type: 'del', key } as const)
    : ({ type: 'put', key, value } as const)
}

function explain(folder: string, failure: unknown): Error {
  const reason = describe(failure)
  if (
    /LEVEL_LOCKED|lock .*already held|Resource temporarily unavailable/i.test(
      `${codesOf(failure)} ${reason}`,
    )
  ) {
    return new StoreLockedError(folder, failure)
  }
  if (
    /corrupt|checksum|missing files|bad block|not an sstable/i.test(`${codesOf(failure)} ${reason}`)
  ) {
    return new StoreDamagedError(folder, reason, failure)
  }
  return new StoreFailedError(folder, failure)
}

function codesOf(failure: unknown): string {
  if (!(failure instanceof Error)) return ''
  const code = 'code' in failure ? String(failure.code) : ''
  return `${code} ${codesOf(failure.cause)}`
}
