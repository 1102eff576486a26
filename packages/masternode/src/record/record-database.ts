import type { Clock, MasternodeId } from '@nexqloud/kernel'
import { DatabaseAwayError, type Outage, type RecordStore } from '@nexqloud/store'

/** The record's database, which may be away at any time. */
export type RecordDatabase = {
  /**
   * Does something with the store.
   *
   * @throws {@link DatabaseAwayError} at once while it is known to be away; {@link DatabaseRefusedError}.
   */
  readonly use: <Result>(ask: (store: RecordStore) => Promise<Result>) => Promise<Result>
  /** As {@link use}, and waits for as long as it is away; nothing where the signal aborts first. */
  readonly useForSure: <Result>(
    ask: (store: RecordStore) => Promise<Result>,
    signal: AbortSignal,
  ) => Promise<Result | undefined>
  /** Opens it, again and again while it is away, until the signal aborts; then it is closed. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** What the holder of a database works with. */
export type RecordDatabaseOptions = {
  readonly open: () => Promise<RecordStore>
  readonly masternode: MasternodeId
  readonly clock: Clock
  /** Told once each time that it goes. */
  readonly onFailure: (failure: unknown) => void
  /** It is back, and says itself when it was away. */
  readonly onBack: (outage: Outage) => void
}

/** Milliseconds between two attempts to reach one that is away. */
const AGAIN_MS = 5000
/** Milliseconds between two looks of who waits for it. */
const LOOK_MS = 1000
/** Old rows are looked for so often: milliseconds. */
const PRUNE_MS = 60_000

type Away = { readonly sinceMs: number; readonly failure: unknown }

/** Returns a database that is not open yet. */
export function createRecordDatabase(options: RecordDatabaseOptions): RecordDatabase {
  const { open, clock, onFailure } = options
  const startMs = clock.wallMs()
  let store: RecordStore | undefined
  let away: Away | undefined

  function goAway(failure: unknown): void {
    if (away !== undefined) return
    away = { sinceMs: store === undefined ? startMs : clock.wallMs(), failure }
    onFailure(failure)
  }

  /** Opens it where it is not, and writes when it was away: that this works says that it is back. */
  async function comeBack(): Promise<void> {
    try {
      store ??= await openAndTell(open, (failure) => {
        away = undefined
        goAway(failure)
      })
      if (away !== undefined) await tellOutage(options, store, away)
      away = undefined
    } catch (failure) {
      goAway(failure)
    }
  }

  async function use<Result>(ask: (store: RecordStore) => Promise<Result>): Promise<Result> {
    if (store === undefined || away !== undefined) {
      throw new DatabaseAwayError(away?.failure ?? 'It is being opened.')
    }
    try {
      return await ask(store)
    } catch (failure) {
      if (failure instanceof DatabaseAwayError) goAway(failure)
      throw failure
    }
  }

  return {
    use,
    useForSure: (ask, signal) => insist(clock, () => use(ask), signal),
    run: async (signal) => {
      let prunedMs = clock.steadyMs()
      while (!signal.aborted) {
        if (store === undefined || away !== undefined) await comeBack()
        else if (clock.steadyMs() - prunedMs >= PRUNE_MS) {
          prunedMs = clock.steadyMs()
          await store.prune(new Date(clock.wallMs())).catch(goAway)
        }
        await clock.delay(AGAIN_MS, signal)
      }
      await store?.close()
    },
  }
}

/** One that had to be begun anew was away until now. */
async function openAndTell(
  open: RecordDatabaseOptions['open'],
  tell: (failure: unknown) => void,
): Promise<RecordStore> {
  const store = await open()
  if (store.begunAnew !== undefined) tell(store.begunAnew)
  return store
}

async function insist<Result>(
  clock: Pick<Clock, 'delay'>,
  attempt: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  while (!signal.aborted) {
    try {
      return await attempt()
    } catch (failure) {
      if (!(failure instanceof DatabaseAwayError)) throw failure
      await clock.delay(LOOK_MS, signal)
    }
  }
  return undefined
}

async function tellOutage(
  { masternode, clock, onBack }: RecordDatabaseOptions,
  store: RecordStore,
  { sinceMs, failure }: Away,
): Promise<void> {
  const [from, until] = [new Date(sinceMs), new Date(clock.wallMs())]
  const why = failure instanceof Error ? failure.message : String(failure)
  await store.putOutage({ masternode, from, until, why })
  onBack({ masternode, from, until, why })
}
