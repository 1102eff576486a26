import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Cleanup } from './cleanup.ts'

/** Makes a folder that goes with what an engine has mounted in it. */
export function openScratchFolder(cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-engine-'))
  cleanup.add(() => {
    for (const mount of mountsBelow(folder)) execFileSync('umount', ['--lazy', mount])
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

function mountsBelow(folder: string): readonly string[] {
  const paths = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  return paths.filter((path) => path.startsWith(`${folder}/`)).toReversed()
}

/** Makes the cgroups that an engine put below `name` go, once they are empty. */
export function removeCgroups(name: string): void {
  const root = '/sys/fs/cgroup'
  const places = ['', ...readdirSync(root)].map((controller) => join(root, controller, name))
  for (const place of places.filter((path) => existsSync(path))) removeTree(place)
}

function removeTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name))
  }
  rmdirSync(folder)
}
