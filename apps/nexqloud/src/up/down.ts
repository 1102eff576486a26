import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import { dataFolderOf } from '../data-folder.ts'
import { processOf } from '../endpoints.ts'
import { printResult } from '../fields.ts'
import { lockFolder } from '../folder-lock.ts'
import type { DataOptions } from '../option.ts'
import { isRunning } from '../process.ts'
import type { Shell } from '../shell.ts'
import { isCode } from '../whole-file.ts'
import { clearLeftovers, hasLeftovers } from './clear-leftovers.ts'
import { StillStoppingError, UpUnknownError } from './errors.ts'
import { openScene } from './up.ts'

/** Between two looks: milliseconds. */
const LOOK_MS = 100
/** How often is looked for who has the folder; each look takes half a second where somebody has it. */
const MOST_LOOKS = 4

/**
 * Stops the network that runs from the data folder; where none does, takes away what one that was killed has left.
 *
 * @throws {@link UpUnknownError} where one is just being started; {@link StillStoppingError} where nobody waits for its end;
 *   {@link EngineGoneError} where what was left cannot be reached.
 */
export async function down(options: DataOptions, shell: Shell): Promise<void> {
  const folder = dataFolderOf(options.data, shell)
  const pid = await findUp(folder, shell)
  if (pid !== undefined) await end(pid, { folder, shell })
  const isCleared = pid === undefined && (await clear(folder, shell))
  const line =
    pid === undefined
      ? `Nothing runs from ${folder}.${isCleared ? ' What a network that was killed had left is gone.' : ''}`
      : `Stopped. ${folder} keeps what the network is; nexqloud up resumes it.`
  printResult(
    { document: { data: folder, stopped: pid ?? null }, lines: [line] },
    { printer: shell.printer, json: options.json },
  )
}

/** Who has just begun, or ends just now, has the folder for a moment without saying who it is. */
async function findUp(folder: string, { clock, signal }: Shell): Promise<number | undefined> {
  for (let looks = 0; await isHeld(folder); looks += 1) {
    const pid = await processOf(folder, 'up')
    if (pid !== undefined) return pid
    if (looks === MOST_LOOKS || signal.aborted) throw new UpUnknownError(folder)
    await clock.delay(LOOK_MS, signal)
  }
  return undefined
}

type Ending = { readonly folder: string; readonly shell: Shell }

async function end(pid: number, { folder, shell }: Ending): Promise<void> {
  process.kill(pid, 'SIGTERM')
  shell.printer.status('Stopping ...')
  while (isRunning(pid)) {
    if (shell.signal.aborted) throw new StillStoppingError(folder, pid)
    await shell.clock.delay(LOOK_MS, shell.signal)
  }
}

/** Whether an `up` runs: its number alone may be another process's by now. */
async function isHeld(folder: string): Promise<boolean> {
  if (!(await isThere(folder))) return false
  using lock = await lockFolder(join(folder, 'up'))
  return lock === undefined
}

/** A folder that somebody else may look into is no folder that is not there. */
async function isThere(folder: string): Promise<boolean> {
  try {
    await stat(folder)
    return true
  } catch (failure) {
    if (isCode(failure, 'ENOENT')) return false
    throw failure
  }
}

async function clear(folder: string, shell: Shell): Promise<boolean> {
  if (!(await hasLeftovers(folder))) return false
  using lock = await lockFolder(join(folder, 'up'))
  // One is just being started.
  if (lock === undefined) return false
  shell.printer.status('Clearing ...')
  const tasks = { note: (text: string) => shell.printer.note(text) }
  await clearLeftovers(await openScene(folder, { options: {}, shell, tasks }))
  return true
}
