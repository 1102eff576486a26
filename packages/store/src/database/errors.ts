import { BaseError } from '@nexqloud/kernel'

/** The database does not answer, or cannot work now. */
export class DatabaseAwayError extends BaseError {
  constructor(cause: unknown) {
    super(`The database of the record is away: ${reasonOf(cause)}`, {
      code: 'STORE_DATABASE_AWAY',
      kind: 'unavailable',
      hint: 'Nothing has to be done but to bring it back: containers run on, and the record goes on by itself.',
      cause,
    })
  }
}

/** There is no room for the embedded database to start. */
export class DatabaseDiskFullError extends BaseError {
  constructor(folder: string, cause: unknown) {
    super(`The embedded database in ${folder} cannot start: the disk is full.`, {
      code: 'STORE_DISK_FULL',
      kind: 'unavailable',
      hint: 'Make room on the disk: it is tried again by itself, and what is in it stays.',
      cause,
    })
  }
}

/** The embedded database could not be started over its folder, which was renamed. */
export class DatabaseDamagedError extends BaseError {
  readonly aside: string

  constructor({ folder, aside, cause }: DamagedFolder) {
    super(
      `The embedded database in ${folder} could not be started, as after a power cut (${reasonOf(cause)}): it was begun anew. What was in it lies in ${aside}.`,
      {
        code: 'STORE_DATABASE_DAMAGED',
        kind: 'internal',
        hint: 'Keep that folder for whoever can read it, or remove it. Neither minutes nor money depend on it.',
        cause,
      },
    )
    this.aside = aside
  }
}

type DamagedFolder = { readonly folder: string; readonly aside: string; readonly cause: unknown }

/** The database takes what it was given for wrong; the same again would be refused again. */
export class DatabaseRefusedError extends BaseError {
  constructor(cause: unknown) {
    super(`The database of the record refused what was written: ${reasonOf(cause)}`, {
      code: 'STORE_DATABASE_REFUSED',
      kind: 'internal',
      cause,
    })
  }
}

/** The database was migrated by a later version of the program. */
export class DatabaseNewerError extends BaseError {
  constructor(cause: unknown) {
    super('The database of the record belongs to a later version of this program.', {
      code: 'STORE_DATABASE_NEWER',
      kind: 'conflict',
      hint: 'Update this masternode, or name another database.',
      cause,
    })
  }
}

/** Classes of SQLSTATE that blame the statement: data, integrity, syntax and rights are among them. */
const blamesStatement = /^(?:22|23|42)/

/** Returns what a failed query means. */
export function databaseFailure(failure: unknown): BaseError {
  if (failure instanceof BaseError) return failure
  const code = failure instanceof Error && 'code' in failure ? String(failure.code) : ''
  return blamesStatement.test(code)
    ? new DatabaseRefusedError(failure)
    : new DatabaseAwayError(failure)
}

/** A database says itself what is wrong, and never with its password; several addresses fail with a reason each. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ')
  return cause instanceof Error ? cause.message : String(cause)
}
