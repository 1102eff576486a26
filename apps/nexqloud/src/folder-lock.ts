import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { makePrivateFolder } from './whole-file.ts'

/**
 * Takes a folder for this process alone; returns `undefined` where another one has it. The system gives it back when the
 * process ends, however it ends: the lock is SQLite's on a database that stays empty.
 */
export async function lockFolder(folder: string): Promise<Disposable | undefined> {
  await makePrivateFolder(folder)
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: PATIENCE_MS })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (isLocked(error)) return undefined
    throw error
  }
  return { [Symbol.dispose]: () => database.close() }
}

/** Who only looks whether it is taken holds it for a moment. */
const PATIENCE_MS = 500
/** https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
