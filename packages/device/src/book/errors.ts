import { BaseError } from '@nexqloud/kernel'

/** An assignment of a masternode that no longer drives the device. */
export class AssignmentStaleError extends BaseError {
  constructor({ term, current }: { readonly term: number; readonly current: number }) {
    super(`The assignment is of term ${term}; the device is driven in term ${current}.`, {
      code: 'DEVICE_ASSIGNMENT_STALE',
      kind: 'conflict',
      hint: 'Another masternode drives this device; leave it to that one.',
    })
  }
}

/** What the agent remembers cannot be read. */
export class BookUnreadableError extends BaseError {
  constructor(file: string, cause: unknown) {
    super(`${file} does not hold what an agent remembers.`, {
      code: 'DEVICE_BOOK_UNREADABLE',
      kind: 'internal',
      hint: 'Move the file away: the masternode tells the agent anew what is to run.',
      cause,
    })
  }
}

/** What was assigned could not be written down, so that nothing of it is begun. */
export class BookUnsavedError extends BaseError {
  readonly isFull: boolean
  /** Why, in words for those who may not see the device's files. */
  readonly why: string

  constructor(file: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`${file} could not be written: ${reason}`, {
      code: 'DEVICE_BOOK_UNSAVED',
      kind: 'unavailable',
      hint: "Make room on the device's disk; what it runs goes on, and new pods go elsewhere until then.",
      cause,
    })
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause'
    this.isFull = ['ENOSPC', 'EDQUOT'].includes(code)
    this.why = `the device's disk ${this.isFull ? 'is full' : 'cannot be written'} (${code})`
  }
}
