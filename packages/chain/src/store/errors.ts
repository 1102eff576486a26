import { BaseError } from '@nexqloud/kernel'

/** The disk refused a write or a read. */
export class StoreFailedError extends BaseError {
  readonly folder: string

  constructor(folder: string, cause: unknown) {
    const reason = describe(cause)
    const isFull = /no space|ENOSPC|file too large|EFBIG|quota/i.test(reason)
    super(
      `The chain's data in ${folder} cannot be ${isFull ? 'written: the disk is full' : `used: ${reason}`}.`,
      {
        code: isFull ? 'CHAIN_DISK_FULL' : 'CHAIN_STORE_FAILED',
        kind: 'unavailable',
        hint: isFull
          ? 'Make room on the disk and start again; nothing that was acknowledged is lost.'
          : 'Look at the disk and start again; what was acknowledged before is kept.',
        cause,
      },
    )
    this.folder = folder
  }
}

/** Another process has the folder. */
export class StoreLockedError extends BaseError {
  readonly folder: string

  constructor(folder: string, cause?: unknown) {
    super(`Another node is using ${folder}.`, {
      code: 'CHAIN_FOLDER_IN_USE',
      kind: 'conflict',
      hint: 'Stop that node, or give this one a folder of its own with --data.',
      cause,
    })
    this.folder = folder
  }
}

/** What lies in the folder is not what a node wrote there. */
export class StoreDamagedError extends BaseError {
  readonly folder: string

  constructor(folder: string, what: string, cause?: unknown) {
    super(`The chain's data in ${folder} is damaged: ${what}.`, {
      code: 'CHAIN_DATA_DAMAGED',
      kind: 'internal',
      hint: 'Move the folder away and bring the blocks back into a new one: nexqloud chain import FILE.',
      cause,
    })
    this.folder = folder
  }
}

/** Whether the disk failed, which says nothing about what was to be done with it. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof StoreFailedError || error instanceof StoreDamagedError
}

/** Returns what an error and its causes say; classic-level tells the reason in the cause alone. */
export function describe(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure)
  const own = failure.message
  return failure.cause === undefined ? own : `${own}: ${describe(failure.cause)}`
}
