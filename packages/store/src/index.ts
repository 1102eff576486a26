/** The record: what was witnessed, in files; what happened and what was said, in SQL. */

export { ForeignJournalError, InvalidWitnessFileError } from './witness/errors.ts'
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
export {
  minuteRecordOf,
  parseWitnessFile,
  witnessFileHash,
  type WitnessFile,
} from './witness/witness-file.ts'
export {
  openWitnessJournal,
  type SealedFile,
  type WitnessJournal,
  type WitnessJournalOptions,
} from './witness/witness-journal.ts'
