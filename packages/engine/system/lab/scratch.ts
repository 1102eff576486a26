import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import type { Cleanup } from './cleanup.ts'

/** Makes a folder that goes with what an engine has mounted in it; Podman takes no name of more than 50 characters. */
export function openScratchFolder(cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'nq-'))
  cleanup.add(() => removeScratchFolder(folder))
  return folder
}

/** Removes such a folder. */
export function removeScratchFolder(folder: string): void {
  for (const mount of mountsBelow(folder)) execFileSync('umount', ['--lazy', mount])
  rmSync(folder, { recursive: true, force: true })
}

function mountsBelow(folder: string): readonly string[] {
  const paths = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  return paths.filter((path) => path.startsWith(`${folder}/`)).toReversed()
}

/** Makes the cgroups below `name` go in which nothing runs. */
export function removeEmptyCgroups(name: string): void {
  for (const place of placesOf(name)) removeEmptyTree(place)
}

function placesOf(name: string): readonly string[] {
  const root = '/sys/fs/cgroup'
  const places = ['', ...readdirSync(root)].map((controller) => join(root, controller, name))
  return places.filter((path) => existsSync(path))
}

function removeEmptyTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyTree(join(folder, entry.name))
  }
  try {
    rmdirSync(folder)
  } catch {
    // Something runs there, or in a group below.
  }
}

/** Ends what still runs in the cgroups that an engine put below `name`, and makes them go. */
export async function removeCgroups(name: string): Promise<void> {
  for (const place of placesOf(name)) await removeTree(place)
}

async function removeTree(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name))
  }
  const members = (): readonly string[] =>
    readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
  while (members().length > 0) {
    for (const id of members()) endProcess(Number(id))
    await wait(20)
  }
  rmdirSync(folder)
}

/** Ends what outlives an engine, and what that starts at its end: of the engine in this folder alone. */
export async function endProcesses(folder: string): Promise<void> {
  for (;;) {
    const ours = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && commandOf(name).includes(folder),
    )
    if (ours.length === 0) return
    for (const id of ours) endProcess(Number(id))
    await wait(20)
  }
}

function endProcess(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

/** Of one that has ended it is empty. */
function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
