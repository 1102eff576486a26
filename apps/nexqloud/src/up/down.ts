import { dataFolderOf } from '../data-folder.ts'
import { processOf } from '../endpoints.ts'
import { printResult } from '../fields.ts'
import type { DataOptions } from '../option.ts'
import { isRunning } from '../process.ts'
import type { Shell } from '../shell.ts'

/** Between two looks: milliseconds. */
const LOOK_MS = 100

/** Stops the network that runs from the data folder; does nothing where none does. */
export async function down(options: DataOptions, shell: Shell): Promise<void> {
  const folder = dataFolderOf(options.data, shell)
  const pid = await processOf(folder, 'up')
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM')
    shell.printer.status('Stopping ...')
    while (isRunning(pid) && !shell.signal.aborted) await shell.clock.delay(LOOK_MS, shell.signal)
  }
  const line =
    pid === undefined
      ? `Nothing runs from ${folder}.`
      : `Stopped. ${folder} keeps what the network is; nexqloud up resumes it.`
  printResult(
    { document: { data: folder, stopped: pid ?? null }, lines: [line] },
    { printer: shell.printer, json: options.json },
  )
}
