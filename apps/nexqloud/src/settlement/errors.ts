import { BaseError, type MasternodeId, type Period } from '@nexqloud/kernel'

/** A masternode's door gives no file. */
export class FileRefusedError extends BaseError {
  constructor(source: string, why: string, cause?: unknown) {
    super(`${source}: ${why}`, {
      code: 'SETTLEMENT_FILE_REFUSED',
      kind: 'unavailable',
      hint: 'Another masternode may have it.',
      cause,
    })
  }
}

/** Nobody gives a file that has the hash that the chain names. */
export class FileUnavailableError extends BaseError {
  /** Why not, one after the other. */
  readonly refusals: readonly string[]

  constructor(what: string, hash: string, refusals: readonly string[]) {
    const asked =
      refusals.length === 0 ? 'The chain names no masternode to ask.' : refusals.join(' ')
    super(`Nobody gives ${what}, ${hash}. ${asked}`, {
      code: 'SETTLEMENT_FILE_UNAVAILABLE',
      kind: 'unavailable',
      hint: 'Try again: without the files that the chain names, nothing can be said of the period.',
    })
    this.refusals = refusals
  }
}

/** A file has the hash that the chain names, and is not what its masternode may say of the period. */
export class FileUnreadableError extends BaseError {
  constructor(masternode: MasternodeId, why: string, cause?: unknown) {
    super(`The file of masternode ${masternode} is none of this period: ${why}`, {
      code: 'SETTLEMENT_FILE_UNREADABLE',
      kind: 'conflict',
      hint: 'The masternodes that said they hold it did not look at it: do not trust this period.',
      cause,
    })
  }
}

/** No root stands for a period. */
export class SettlementAbsentError extends BaseError {
  constructor(period: Period, newest: Period | undefined) {
    const known =
      newest === undefined ? 'No period has one yet.' : `The newest one is of ${newest}.`
    super(`The period ${period} has no root. ${known}`, {
      code: 'SETTLEMENT_ABSENT',
      kind: 'notFound',
      hint: 'A root comes some minutes after the end of its period; one that none came for is passed without charge after 14 periods.',
    })
  }
}
