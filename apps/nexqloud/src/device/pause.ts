import { BaseError } from '@nexqloud/kernel'

import { dataFolderOf } from '../data-folder.ts'
import { printResult } from '../fields.ts'
import { parseSpan } from '../instance/span.ts'
import type { DataOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { readAgentStatus } from './agent-status.ts'
import { deviceFolderOf, type DeviceNameOptions } from './device-folder.ts'
import { NotJoinedError } from './errors.ts'
import { readMembership } from './membership.ts'
import { isPaused, writePause, type Pause } from './owner-wishes.ts'

type PauseOptions = DataOptions & DeviceNameOptions & { readonly for?: string }

/** A text is no span. */
class InvalidSpanError extends BaseError {
  constructor(text: string) {
    super(`--for "${text}" is no time.`, {
      code: 'DEVICE_SPAN_INVALID',
      kind: 'invalid',
      hint: 'Write e.g. 90m, 2h or 1d; without --for it lasts until nexqloud device resume.',
    })
  }
}

/** Pauses the folder's device; said again, it is paused anew. */
export async function pauseDevice(options: PauseOptions, shell: Shell): Promise<void> {
  const nowMs = shell.clock.wallMs()
  const { folder, device } = await findDevice(options, shell)
  const spanSeconds = options.for === undefined ? undefined : parseSpan(options.for)
  if (options.for !== undefined && spanSeconds === undefined)
    throw new InvalidSpanError(options.for)
  const pause: Pause = {
    since: new Date(nowMs).toISOString(),
    ...(spanSeconds !== undefined && { until: new Date(nowMs + spanSeconds * 1000).toISOString() }),
  }
  await writePause(folder, pause)
  const isRunning = (await readAgentStatus(folder)) !== undefined
  const span = pause.until === undefined ? '' : ` until ${pause.until}`
  const told = isRunning
    ? `Device ${device} pauses${span}: what runs on it gets nearly no CPU from now on, and is stopped within 30 s.`
    : `Device ${device} is paused${span}. Its agent does not run: what an earlier one started goes on until nexqloud device run follows it.`
  printResult(
    { document: { device, isPaused: true, ...pause, isAgentRunning: isRunning }, lines: [told] },
    { printer: shell.printer, json: options.json },
  )
}

/** Ends the pause of the folder's device, if there is one. */
export async function resumeDevice(options: PauseOptions, shell: Shell): Promise<void> {
  const { folder, device } = await findDevice(options, shell)
  const wasPaused = await isPaused(folder, shell.clock.wallMs())
  await writePause(folder, undefined)
  const isRunning = (await readAgentStatus(folder)) !== undefined
  const told = wasPaused ? `Device ${device} works again.` : `Device ${device} was not paused.`
  const when = isRunning ? '' : ' Its agent does not run: nexqloud device run'
  printResult(
    {
      document: { device, isPaused: false, wasPaused, isAgentRunning: isRunning },
      lines: [told + when],
    },
    { printer: shell.printer, json: options.json },
  )
}

async function findDevice(options: PauseOptions, shell: Shell) {
  const folder = deviceFolderOf(dataFolderOf(options.data, shell), options.name)
  const joined = await readMembership(folder)
  if (joined === undefined) throw new NotJoinedError(folder)
  return { folder, device: joined.device }
}
