import { dataFolderOf } from '../data-folder.ts'
import { printResult } from '../fields.ts'
import type { DataOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { readAgentStatus } from './agent-status.ts'
import { deviceFolderOf, type DeviceNameOptions } from './device-folder.ts'
import { NotJoinedError } from './errors.ts'
import { readMembership } from './membership.ts'
import { writeWish } from './wish.ts'

/** Has the device emptied, or used again; the agent learns it within a second, or when it starts. */
export async function drainDevice(
  options: DataOptions & DeviceNameOptions & { readonly undo?: boolean },
  shell: Shell,
): Promise<void> {
  const folder = deviceFolderOf(dataFolderOf(options.data, shell), options.name)
  const joined = await readMembership(folder)
  if (joined === undefined) throw new NotJoinedError(folder)
  const { device } = joined
  const isDraining = options.undo !== true
  await writeWish(folder, isDraining ? 'drain' : 'work')
  const agent = await readAgentStatus(folder)
  const told = isDraining
    ? `Device ${device} takes nothing new, and masternodes move what it has.`
    : `Device ${device} takes new pods again.`
  const when = agent === undefined ? ' Its agent does not run; it learns it when it starts.' : ''
  printResult(
    { document: { device, isDraining, pods: agent?.pods?.length ?? null }, lines: [told + when] },
    { printer: shell.printer, json: options.json },
  )
}
