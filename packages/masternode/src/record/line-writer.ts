import type { Clock } from '@nexqloud/kernel'
import type { LogLine, LogStream } from '@nexqloud/store'

import type { RecordDatabase } from './record-database.ts'

/** Writes lines of one container, some at once. */
export type LineWriter = {
  /** Resolves when more may come: at once, unless much waits already. */
  readonly put: (lines: readonly LogLine[]) => Promise<void>
  /** Resolves when nothing waits; rejects never. */
  readonly drained: () => Promise<void>
}

/** How long lines are gathered before they are written: milliseconds. */
const GATHER_MS = 300
/** Characters that wait before who brings more has to. */
const MOST_WAITING = 128 << 10

/** Returns a writer; the signal ends its waiting for a database that is away, and what it has not written falls. */
export function createLineWriter(
  options: {
    readonly database: RecordDatabase
    readonly stream: LogStream
    readonly clock: Clock
    readonly onFailure: (failure: unknown) => void
  },
  signal: AbortSignal,
): LineWriter {
  const { database, stream, clock, onFailure } = options
  let [waiting, size]: [LogLine[], number] = [[], 0]
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    await clock.delay(GATHER_MS, signal)
    while (waiting.length > 0) {
      const batch = waiting
      ;[waiting, size] = [[], 0]
      const now = new Date(clock.wallMs())
      // What the database will never take is told, and let fall.
      await database
        .useForSure((store) => store.putLines(stream, batch, now), signal)
        .catch(onFailure)
    }
    writing = undefined
  }

  return {
    put: async (lines) => {
      waiting.push(...lines)
      for (const { text } of lines) size += text.length
      if (lines.length > 0) writing ??= writeAll()
      if (size >= MOST_WAITING) await writing
    },
    drained: async () => writing,
  }
}
