import { BaseError } from '@nexqloud/kernel'

/** The disk refused a write or a read. */
export class StoreFailedError extends BaseError {
  constructor(folder: string, cause: unknown) {
    const reason = describe(cause)
    const isFull = /no space|ENOSPC|file too large|EFBIG|quota/i.test(reason)
    super(
      `The objects in ${folder} cannot be ${isFull ? 'written: the disk is full' : `used: ${reason}`}.`,
      {
        code: isFull ? 'KUBE_DISK_FULL' : 'KUBE_STORE_FAILED',
        kind: 'unavailable',
        hint: isFull
          ? 'Make room on the disk: it is tried again by itself, and nothing that was acknowledged is lost.'
          : 'Look at the disk: it is tried again by itself, and what was acknowledged before is kept.',
        cause,
      },
    )
  }
}

/** Another process has the folder. */
export class StoreLockedError extends BaseError {
  constructor(folder: string, cause?: unknown) {
    super(`Another API server is using ${folder}.`, {
      code: 'KUBE_FOLDER_IN_USE',
      kind: 'conflict',
      hint: 'Stop that one, or give this one a folder of its own.',
      cause,
    })
  }
}

/** What lies in the folder is not what an API server wrote there. */
export class StoreDamagedError extends BaseError {
  constructor(folder: string, what: string, cause?: unknown) {
    super(`The objects in ${folder} are damaged: ${what}.`, {
      code: 'KUBE_DATA_DAMAGED',
      kind: 'internal',
      hint: 'Move the folder away and create the objects anew, or bring back a copy of it.',
      cause,
    })
  }
}

/** An object is larger than any may be. */
export class ObjectTooLargeError extends BaseError {
  readonly length: number

  constructor(name: string, length: number, limit: number) {
    super(`${name} has ${length} characters of JSON; at most ${limit} are kept.`, {
      code: 'KUBE_OBJECT_TOO_LARGE',
      kind: 'invalid',
      hint: 'Keep what is large elsewhere, and name its place in the object.',
    })
    this.length = length
  }
}

/** Events after this revision are not kept any more. */
export class RevisionExpiredError extends BaseError {
  readonly revision: number

  constructor(revision: number, oldest: number) {
    super(`too old resource version: ${revision} (${oldest})`, {
      code: 'KUBE_REVISION_EXPIRED',
      kind: 'conflict',
      hint: 'List again, and watch from the version of that list.',
    })
    this.revision = revision
  }
}

/** Returns what an error and its causes say; classic-level tells the reason in the cause alone. */
export function describe(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure)
  const code = 'code' in failure ? `${String(failure.code)} ` : ''
  const own = `${code}${failure.message}`
  return failure.cause === undefined ? own : `${own}: ${describe(failure.cause)}`
}
