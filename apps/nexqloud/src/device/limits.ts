import { limitsByDefault, reasonInWords } from '@nexqloud/device'

import { dataFolderOf } from '../data-folder.ts'
import { formatFields, printResult } from '../fields.ts'
import type { DataOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { readAgentStatus } from './agent-status.ts'
import { deviceFolderOf, type DeviceNameOptions } from './device-folder.ts'
import { changeLimits, hasLimits, type LimitOptions } from './limit-options.ts'
import { limitFields } from './limits-text.ts'
import { readLimits, writeLimits } from './owner-wishes.ts'

/** What is said of limits. */
export type LimitsOptions = DataOptions &
  DeviceNameOptions &
  LimitOptions & {
    /** Forgets what was said before. */
    readonly reset?: boolean
  }

/** Shows what the owner of the folder's device allows, after it was changed as the options say; may be said before it joins. */
export async function showLimits(options: LimitsOptions, shell: Shell): Promise<void> {
  const folder = deviceFolderOf(dataFolderOf(options.data, shell), options.name)
  const before = options.reset === true ? limitsByDefault : await readLimits(folder)
  const limits = changeLimits(before, options)
  if (options.reset === true || hasLimits(options)) await writeLimits(folder, limits)
  const owner = (await readAgentStatus(folder))?.owner
  const { state = null, reasons = [], seen } = owner ?? {}
  printResult(
    {
      document: { limits, state, reasons, seen: seen ?? null },
      lines: [
        ...formatFields(limitFields(limits, seen)),
        ...reasons.map((reason) => reasonInWords(reason)),
      ],
    },
    { printer: shell.printer, json: options.json },
  )
}
