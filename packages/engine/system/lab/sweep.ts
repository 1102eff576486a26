import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { endProcesses, removeCgroups, removeScratchFolder } from './scratch.ts'

/** Of namespaces and folders: the number of the process that made them, and something unique. */
const NAME = /^nexqloud-(?:engine-)?(\d+)-\w+$/

/** Removes what tests left that were killed before they could. */
export async function sweepLab(): Promise<void> {
  for (const name of leftIn(tmpdir())) {
    const folder = join(tmpdir(), name)
    await endProcesses(folder)
    removeScratchFolder(folder)
  }
  for (const name of leftIn('/run/netns')) {
    await removeCgroups(name)
    execFileSync('ip', ['netns', 'delete', name])
  }
}

function leftIn(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names.filter((name) => {
    const [, maker] = NAME.exec(name) ?? []
    return maker !== undefined && !existsSync(`/proc/${maker}`)
  })
}
