import type { Pod } from '@nexqloud/control'
import type { InstanceKey, MasternodeId } from '@nexqloud/kernel'
import type { Aggregated, KubeClient, KubeletStreams } from '@nexqloud/kube'
import type { Calendar } from '@nexqloud/rules'
import {
  openWitnessJournal,
  type Outage,
  type RecordedEvent,
  type FileShelf,
  type RecordStore,
  type SealedFile,
} from '@nexqloud/store'

import { createEventNotes, runEventRecorder } from './event-recorder.ts'
import { runLogCollector } from './log-collector.ts'
import { ownEventOf, type OwnHappening } from './own-event.ts'
import { createPayers } from './payers.ts'
import { createProbeNotes } from './probe-event.ts'
import { createRecordApi } from './record-api.ts'
import { createRecordDatabase } from './record-database.ts'
import { createRecordedStreams } from './recorded-streams.ts'
import { createWitnessKeeper, type Witness, type WitnessKeeperOptions } from './witness-keeper.ts'

/** What a masternode's record is made of. */
export type RecordOptions = {
  readonly masternode: MasternodeId
  readonly calendar: Calendar
  /** Where what it witnessed is kept; its own. */
  readonly shelf: FileShelf
  /** Opens the database; called again while that is away. */
  readonly openStore: () => Promise<RecordStore>
  /** The witness file of a period is there. */
  readonly onSealed: (sealed: SealedFile) => void
  /** The database is back. */
  readonly onBack: (outage: Outage) => void
}

/** Records what a masternode sees. */
export type Recorder = {
  readonly witness: Witness
  /** Returns what a pod that runs is paid for as; nothing where nobody pays, and until that is known. */
  readonly instanceOf: (pod: Pod) => InstanceKey | undefined
  /** Writes an event as soon as the database takes it. */
  readonly note: (event: RecordedEvent) => void
  /** As {@link note}, of what happened to the masternode itself. */
  readonly tell: (happening: OwnHappening) => void
  /** Answers for the record. */
  readonly aggregated: Aggregated
  /** Adds to the logs of devices those that only the record has. */
  readonly withRecord: (streams: KubeletStreams) => KubeletStreams
  /** Records until the signal aborts. Call it once. */
  readonly run: (
    sources: { readonly client: KubeClient; readonly streams: KubeletStreams },
    signal: AbortSignal,
  ) => Promise<void>
}

/** What a record is kept by. */
type RecordSurroundings = Pick<WitnessKeeperOptions, 'clock' | 'onFailure' | 'isTimeProven'>

/** Opens the record: the journal at once, the database as soon as there is one. */
export async function openRecorder(
  options: RecordOptions,
  surroundings: RecordSurroundings,
): Promise<Recorder> {
  const { masternode, openStore } = options
  const { clock } = surroundings
  const journal = await openWitnessJournal(options)
  const notes = createEventNotes()
  const onProbeTurn = createProbeNotes(masternode, clock, notes.add)
  const keeper = createWitnessKeeper({ ...options, ...surroundings, journal, onProbeTurn })
  const payers = createPayers(surroundings)
  const database = createRecordDatabase({ ...options, ...surroundings, open: openStore })
  return {
    witness: keeper,
    instanceOf: payers.instanceOf,
    note: notes.add,
    tell: (happening) => notes.add(ownEventOf(masternode, happening)),
    aggregated: createRecordApi(database, clock),
    withRecord: (streams) => createRecordedStreams(streams, { database, clock }),
    run: async (sources, signal) => {
      const over = new AbortController()
      const holding = database.run(over.signal)
      const parts = { ...surroundings, ...sources, database, notes }
      await Promise.all([
        keeper.run(signal),
        payers.run(sources.client, signal),
        runEventRecorder(parts, signal),
        runLogCollector(parts, signal),
      ])
      // What was still written is in it.
      over.abort()
      await holding
      await journal.close()
    },
  }
}
