import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { BaseError } from '@nexqloud/kernel'

import { decodeBlock } from '../store/decode-block.ts'

/** A byte of a file, and how many blocks are before it. */
type Place = { readonly file: string; readonly at: number; readonly count: number }

/** A file of blocks ends in the middle of one, or holds something else. */
class BlockFileError extends BaseError {
  constructor({ file, at, count }: Place, cause?: unknown) {
    super(`${file} holds no whole block at byte ${at}, after ${count} blocks.`, {
      code: 'CHAIN_BLOCK_FILE_INVALID',
      kind: 'invalid',
      hint: 'Export it again; the blocks before that byte may be used.',
      cause,
    })
  }
}

/** What is named as a file of blocks is none. */
class NoBlockFileError extends BaseError {
  constructor(file: string) {
    super(`${file} is no file of blocks: it is a folder, a pipe or a device.`, {
      code: 'CHAIN_BLOCK_FILE_INVALID',
      kind: 'invalid',
      hint: 'Name a file that nexqloud chain export or geth export wrote.',
    })
  }
}

/** A file of blocks cannot be written where it should be. */
class BlockFileUnwritableError extends BaseError {
  constructor(file: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message.replace(/,.*$/, '') : String(cause)
    super(`${file} cannot be written: ${reason}.`, {
      code: 'CHAIN_BLOCK_FILE_UNWRITABLE',
      kind: 'unavailable',
      hint: 'Name a file in a folder that is there, that you may write into and that has room.',
      cause,
    })
  }
}

/** Most bytes of one block: well above what a block's gas can pay for. */
const MOST_BLOCK_BYTES = 64 << 20

/**
 * Reads a file of blocks, one after the other, as `geth export` writes them too.
 *
 * @yields each block.
 * @throws {@link BlockFileError} where what comes next is no whole block.
 * @throws {@link NoBlockFileError} where it is a folder, a pipe or a device.
 */
export async function* readBlockFile(file: string, common: Common): AsyncIterable<Block> {
  // Opening a pipe would wait for who writes into it.
  if (!(await stat(file)).isFile()) throw new NoBlockFileError(file)
  const handle = await open(file, 'r')
  try {
    let at = 0
    for (let count = 0; ; count += 1) {
      const place = { file, at, count }
      const length = await readLength(handle, place)
      if (length === 0) return
      const block = new Uint8Array(length)
      const { bytesRead } = await handle.read(block, 0, length, at)
      if (bytesRead < length) throw new BlockFileError(place)
      yield decode(block, { place, common })
      at += length
    }
  } finally {
    await handle.close()
  }
}

function decode(
  bytes: Uint8Array,
  { place, common }: { readonly place: Place; readonly common: Common },
): Block {
  try {
    return decodeBlock(bytes, { common })
  } catch (failure) {
    throw new BlockFileError(place, failure)
  }
}

/**
 * Writes blocks into a file: the whole file is there when it resolves, on the disk, or none of it. Until then they are in
 * `FILE.PID` beside it, which stays behind where the process is killed.
 *
 * @throws {@link BlockFileUnwritableError} where the system does not let it be.
 */
export async function writeBlockFile(file: string, blocks: AsyncIterable<Block>): Promise<void> {
  const own = `${file}.${process.pid}`
  const refuse = (cause: unknown): never => {
    throw new BlockFileUnwritableError(file, cause)
  }
  const handle = await open(own, 'w').catch(refuse)
  try {
    try {
      for await (const block of blocks) await handle.appendFile(block.serialize()).catch(refuse)
      await handle.sync().catch(refuse)
    } finally {
      await handle.close()
    }
    await rename(own, file).catch(refuse)
  } catch (failure) {
    await rm(own, { force: true })
    throw failure
  }
  const folder = await open(dirname(file), 'r')
  await folder.sync()
  await folder.close()
}

/** Returns the bytes of the RLP list at a place of a file; 0 at its end. */
async function readLength(handle: FileHandle, place: Place): Promise<number> {
  const { at } = place
  const head = new Uint8Array(9)
  const { bytesRead } = await handle.read(head, 0, 9, at)
  if (bytesRead === 0) return 0
  const first = head[0] ?? 0
  if (first < 0xc0) throw new BlockFileError(place)
  if (first < 0xf8) return 1 + first - 0xc0
  const size = first - 0xf7
  const length = head.subarray(1, 1 + size).reduce((sum, byte) => sum * 256 + byte, 0)
  if (length > MOST_BLOCK_BYTES || bytesRead < 1 + size) throw new BlockFileError(place)
  return 1 + size + length
}
