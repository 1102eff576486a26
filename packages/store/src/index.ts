/** The record: what was witnessed, in files; what happened and what was said, in SQL. */

export {
  DatabaseAwayError,
  DatabaseDamagedError,
  DatabaseNewerError,
  DatabaseRefusedError,
} from './database/errors.ts'
export type { DatabasePlace } from './database/open-database.ts'
export type { EventSubject, RecordedEvent } from './record/event.ts'
export {
  GAP_ORDINAL,
  parseLogTime,
  type LogKey,
  type LogLine,
  type LogStream,
  type RecordedStream,
} from './record/log.ts'
export type { Outage } from './record/outage.ts'
export { openRecordStore, type RecordStore } from './record/record-store.ts'
export {
  ForeignJournalError,
  InvalidWitnessFileError,
  WitnessUnwrittenError,
} from './witness/errors.ts'
export {
  minuteAfter,
  minuteAt,
  minutesOf,
  type Minute,
  type WitnessedMinute,
  type WitnessedPod,
  type WitnessedRun,
} from './witness/minute.ts'
export { createWitnessBook, SILENCE_MS, type WitnessBook } from './witness/witness-book.ts'
export { openFileShelf, type FileShelf } from './witness/file-shelf.ts'
export {
  minuteRecordOf,
  parseWitnessFile,
  parseWitnessHead,
  WITNESS_FILE_MOST_BYTES,
  witnessFileHash,
  type FileHash,
  type WitnessFile,
} from './witness/witness-file.ts'
export {
  findOwnFile,
  openWitnessJournal,
  type SealedFile,
  type WitnessJournal,
  type WitnessJournalOptions,
} from './witness/witness-journal.ts'
