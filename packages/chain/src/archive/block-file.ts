import { open, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

import { BaseError } from '@nexqloud/kernel'

/** A file of blocks ends in the middle of one, or holds something else. */
class BlockFileError extends BaseError {
  constructor(file: string, at: number) {
    super(`${file} holds no whole block at byte ${at}.`, {
      code: 'CHAIN_BLOCK_FILE_INVALID',
      kind: 'invalid',
      hint: 'Export it again; the blocks before that byte may be used.',
    })
  }
}

/** Most bytes of one block: well above what a block's gas can pay for. */
const MOST_BLOCK_BYTES = 64 << 20

/**
 * Reads a file of blocks, one after the other, as `geth export` writes them too.
 *
 * @yields each block's RLP.
 * @throws {@link BlockFileError} where what comes next is no whole block.
 */
export async function* readBlockFile(file: string): AsyncIterable<Uint8Array> {
  const handle = await open(file, 'r')
  try {
    let at = 0
    for (;;) {
      const length = await readLength(handle, { file, at })
      if (length === 0) return
      const block = new Uint8Array(length)
      const { bytesRead } = await handle.read(block, 0, length, at)
      if (bytesRead < length) throw new BlockFileError(file, at)
      yield block
      at += length
    }
  } finally {
    await handle.close()
  }
}

/** Writes blocks into a file: the whole file is there when it resolves, on the disk, or none of it. */
export async function writeBlockFile(
  file: string,
  blocks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const own = `${file}.${process.pid}`
  const handle = await open(own, 'w')
  try {
    for await (const block of blocks) await handle.appendFile(block)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(own, file)
  const folder = await open(dirname(file), 'r')
  await folder.sync()
  await folder.close()
}

/** Returns the bytes of the RLP list at a place of a file; 0 at its end. */
async function readLength(
  handle: FileHandle,
  { file, at }: { readonly file: string; readonly at: number },
): Promise<number> {
  const head = new Uint8Array(9)
  const { bytesRead } = await handle.read(head, 0, 9, at)
  if (bytesRead === 0) return 0
  const first = head[0] ?? 0
  if (first < 0xc0) throw new BlockFileError(file, at)
  if (first < 0xf8) return 1 + first - 0xc0
  const size = first - 0xf7
  const length = head.subarray(1, 1 + size).reduce((sum, byte) => sum * 256 + byte, 0)
  if (length > MOST_BLOCK_BYTES || bytesRead < 1 + size) throw new BlockFileError(file, at)
  return 1 + size + length
}
