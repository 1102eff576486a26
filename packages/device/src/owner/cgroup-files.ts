import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { GroupFailedError } from './errors.ts'

/** Where the kernel shows the controllers that are needed; one folder for all of them in version 2. */
export type CgroupRoots = {
  readonly version: 1 | 2
  readonly cpu: string
  readonly cpuacct: string
  readonly memory: string
}

/** Returns where control groups are, by the text of /proc/self/mounts; nothing where CPU or memory has none. */
export function findCgroups(mounts: string): CgroupRoots | undefined {
  const rows = mounts.split('\n').map((line) => line.split(' '))
  const folderOf = (controller: string): string | undefined =>
    rows.find(([, , type, options = '']) => {
      return type === 'cgroup' && options.split(',').includes(controller)
    })?.[1]
  const [cpu, cpuacct, memory] = [folderOf('cpu'), folderOf('cpuacct'), folderOf('memory')]
  if (cpu !== undefined && cpuacct !== undefined && memory !== undefined) {
    return { version: 1, cpu, cpuacct, memory }
  }
  const all = rows.find(([, , type]) => type === 'cgroup2')?.[1]
  return all === undefined ? undefined : { version: 2, cpu: all, cpuacct: all, memory: all }
}

/** Returns what a file of the kernel holds; nothing where it is not there, or its group has just gone. */
export function readKernelFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** Writes to a file of the kernel unless it holds that already. @throws {@link GroupFailedError} */
export function writeKernelFile(file: string, value: string): void {
  if (readKernelFile(file) === value) return
  try {
    writeFileSync(file, value)
  } catch (error) {
    throw new GroupFailedError(file, error)
  }
}

/** Makes a group, with those that it is in, unless it is there. @throws {@link GroupFailedError} */
export function makeGroup(folder: string): void {
  if (existsSync(folder)) return
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new GroupFailedError(folder, error)
  }
}

/** Removes a group with those in it, unless something runs there. */
export function removeGroup(folder: string): void {
  for (const below of listGroups(folder)) removeGroup(join(folder, below))
  removeEmptyGroup(folder)
}

/** Removes a group that has none in it, and in which nothing runs. */
export function removeEmptyGroup(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Something is in it, or it is gone.
  }
}

/** Returns the names of the groups that are directly in one. */
export function listGroups(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  } catch {
    return []
  }
}
