import type { Clock } from '@nexqloud/kernel'
import {
  StatusError,
  type ContainerTarget,
  type KubeletStreams,
  type LogOptions,
} from '@nexqloud/kube'
import { DatabaseAwayError, type LogLine, type RecordStore } from '@nexqloud/store'

import { logText } from './log-text.ts'
import type { RecordDatabase } from './record-database.ts'

/** More than the record keeps of a container. */
const ALL_LINES = 100_000

/**
 * Returns streams in which the log of a container whose device is away comes from the record, and so does the log of the pod that was
 * there before, which no device keeps.
 */
export function createRecordedStreams(
  streams: KubeletStreams,
  { database, clock }: { readonly database: RecordDatabase; readonly clock: Pick<Clock, 'wallMs'> },
): KubeletStreams {
  const recorded = async (
    find: (store: RecordStore) => Promise<readonly LogLine[]>,
    options: LogOptions,
  ): Promise<Buffer | undefined> => {
    try {
      const lines = await database.use(find)
      return lines.length === 0 ? undefined : logText(lines, options, clock.wallMs())
    } catch (failure) {
      // Then it is as if there were no record: the device's own answer stands.
      if (failure instanceof DatabaseAwayError) return undefined
      throw failure
    }
  }
  return {
    ...streams,
    log: async function* (target, options, signal) {
      const earlier = options.previous
        ? await recorded((store) => readEarlier(store, target), options)
        : undefined
      if (earlier === undefined) yield* ownLog(target, options, signal)
      else yield earlier
    },
  }

  async function* ownLog(
    target: ContainerTarget,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    let isBegun = false
    try {
      for await (const piece of streams.log(target, options, signal)) {
        isBegun = true
        yield piece
      }
    } catch (failure) {
      // Who follows asks again, and would be told the same lines each time.
      if (isBegun || options.follow || !isAway(failure)) throw failure
      const key = { podUid: target.uid, container: target.container }
      const lines = await recorded((store) => store.readLines(key, ALL_LINES), options)
      if (lines === undefined) throw failure
      yield lines
    }
  }
}

function isAway(failure: unknown): boolean {
  return failure instanceof StatusError && failure.status.code === 503
}

/** Returns the lines of the newest pod of this name that is another one. */
async function readEarlier(
  store: RecordStore,
  { namespace, pod: name, uid, container }: ContainerTarget,
): Promise<readonly LogLine[]> {
  const streams = await store.listStreams({ namespace, name })
  const earlier = streams.findLast((each) => each.podUid !== uid && each.container === container)
  return earlier === undefined ? [] : store.readLines(earlier, ALL_LINES)
}
