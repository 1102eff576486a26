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
