import { BaseError } from '@nexqloud/kernel'

/** Bytes that are no witness file, or not the only encoding of what they say. */
export class InvalidWitnessFileError extends BaseError {
  constructor(why: string) {
    super(`This is no witness file: ${why}.`, {
      code: 'STORE_WITNESS_FILE_INVALID',
      kind: 'invalid',
      hint: 'Fetch it again by its hash, from another masternode; who signed for it has lied or is broken.',
    })
  }
}

/** A journal in the folder was written for another network or another masternode. */
export class ForeignJournalError extends BaseError {
  constructor(file: string) {
    super(`${file} is the journal of another masternode, or of another network.`, {
      code: 'STORE_JOURNAL_FOREIGN',
      kind: 'conflict',
      hint: 'Give each masternode a data folder of its own; move this file away to start a new journal.',
    })
  }
}
