import { copyFile, readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'

import type { Clock } from '@nexqloud/kernel'

/** A file of a part's output that is longer is begun anew; what was in it is kept once. */
const MOST_BYTES = 16 * 1024 * 1024
/** Between two looks. */
const LOOK_MS = 60_000

/** Keeps the logs of parts from filling the disk, until the signal aborts. Parts append, so their files may be cut while they are open. */
export async function keepLogsBounded(
  folder: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await boundLogs(folder, MOST_BYTES).catch(() => {
      // What cannot be cut now is looked at again.
    })
    await clock.delay(LOOK_MS, signal)
  }
}

/** Begins each log anew that has more bytes; the last ones are kept beside it as `NAME.log.1`. */
export async function boundLogs(folder: string, mostBytes: number): Promise<void> {
  const names = await readdir(folder)
  for (const file of names
    .filter((name) => name.endsWith('.log'))
    .map((name) => join(folder, name))) {
    if ((await stat(file)).size <= mostBytes) continue
    await copyFile(file, `${file}.1`).catch(() => {
      // The disk is full: what is cut makes room.
    })
    await truncate(file)
  }
}
