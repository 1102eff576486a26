import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { BaseError } from '@nexqloud/kernel'

import { makePrivateFolder } from './whole-file.ts'

/** The file that is locked is no empty database, or may not be opened. */
class LockUnusableError extends BaseError {
  constructor(file: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`${file} cannot be locked: ${why}.`, {
      code: 'CLI_LOCK_UNUSABLE',
      kind: 'internal',
      hint: `Run it as the user who owns the folder. Where that is so and no nexqloud runs from it, remove ${file}: nothing is kept there.`,
      cause,
    })
  }
}

/**
 * Takes a folder for this process alone; returns `undefined` where another one has it. The system gives it back when the
 * process ends, however it ends: the lock is SQLite's on a database that stays empty.
 *
 * @throws {@link LockUnusableError}
 */
export async function lockFolder(folder: string): Promise<Disposable | undefined> {
  await makePrivateFolder(folder)
  const file = join(folder, 'lock')
  const database = openDatabase(file)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (isLocked(error)) return undefined
    throw new LockUnusableError(file, error)
  }
  return { [Symbol.dispose]: () => database.close() }
}

function openDatabase(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: PATIENCE_MS })
  } catch (error) {
    throw new LockUnusableError(file, error)
  }
}

/** Who only looks whether it is taken holds it for a moment. */
const PATIENCE_MS = 500
/** https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
