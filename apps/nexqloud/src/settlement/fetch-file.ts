import { keccak256, type Hex } from 'viem'

import { pathOf } from '../masternode/settlement-pages.ts'
import { FileRefusedError, FileUnavailableError } from './errors.ts'
import type { FileSource } from './file-source.ts'

/** Whom to ask, and whom to tell who gave something else. */
export type FileSources = {
  /** In the order in which they are asked. */
  readonly sources: readonly FileSource[]
  readonly tell: (text: string) => void
  readonly signal: AbortSignal
}

/** What is wanted, for messages and by its keccak256. */
export type WantedFile = { readonly what: string; readonly hash: Hex }

/**
 * Returns the bytes that have a hash, from the first who gives them. Who gives other bytes is told of, and the next one is asked.
 *
 * @throws {@link FileUnavailableError} where nobody gives them.
 */
export async function fetchFile(
  { what, hash }: WantedFile,
  { sources, tell, signal }: FileSources,
): Promise<Uint8Array> {
  const refusals: string[] = []
  for (const source of sources) {
    try {
      const bytes = await source.fetch(pathOf.file(hash), signal)
      const found = keccak256(bytes)
      if (found === hash) return bytes
      const why = `${source.name} gives other bytes for ${what}: their hash is ${found}, not ${hash}.`
      tell(why)
      refusals.push(why)
    } catch (failure) {
      signal.throwIfAborted()
      if (!(failure instanceof FileRefusedError)) throw failure
      refusals.push(failure.message)
    }
  }
  throw new FileUnavailableError(what, hash, refusals)
}
