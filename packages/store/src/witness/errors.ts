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

/** The disk took no minute, or no file of a period. */
export class WitnessUnwrittenError extends BaseError {
  constructor(what: string, folder: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const isFull = /ENOSPC|EDQUOT|EFBIG/.test(reason)
    super(
      `${what} was not written into ${folder}: ${isFull ? 'the disk is full' : reason}. Where that stays so, it was not witnessed here.`,
      {
        code: isFull ? 'STORE_DISK_FULL' : 'STORE_WITNESS_UNWRITTEN',
        kind: 'unavailable',
        hint: isFull
          ? 'Make room on the disk: the next minute is written by itself, and containers run on.'
          : 'Look at the disk: the next minute is tried by itself, and containers run on.',
        cause,
      },
    )
  }
}
