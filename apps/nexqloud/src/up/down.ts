import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { dataFolderOf } from '../data-folder.ts'
import { processOf } from '../endpoints.ts'
import { printResult } from '../fields.ts'
import { lockFolder } from '../folder-lock.ts'
import type { DataOptions } from '../option.ts'
import { isRunning } from '../process.ts'
import type { Shell } from '../shell.ts'
import { clearLeftovers } from './clear-leftovers.ts'
import { listOwnEngines } from './own-engine.ts'
import { openScene } from './up.ts'

/** Between two looks: milliseconds. */
const LOOK_MS = 100

/** Stops the network that runs from the data folder; where none does, takes away what one that was killed has left. */
export async function down(options: DataOptions, shell: Shell): Promise<void> {
  const folder = dataFolderOf(options.data, shell)
  const pid = (await isHeld(folder)) ? await processOf(folder, 'up') : undefined
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM')
    shell.printer.status('Stopping ...')
    while (isRunning(pid) && !shell.signal.aborted) await shell.clock.delay(LOOK_MS, shell.signal)
  }
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

/** Whether an `up` runs: its number alone may be another process's by now. */
async function isHeld(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false
  using lock = await lockFolder(join(folder, 'up'))
  return lock === undefined
}

async function clear(folder: string, shell: Shell): Promise<boolean> {
  if ((await listOwnEngines(folder)).length === 0) return false
  using lock = await lockFolder(join(folder, 'up'))
  // One is just being started.
  if (lock === undefined) return false
  shell.printer.status('Clearing ...')
  const tasks = { note: (text: string) => shell.printer.note(text) }
  return clearLeftovers(await openScene(folder, { options: {}, shell, tasks }))
}
