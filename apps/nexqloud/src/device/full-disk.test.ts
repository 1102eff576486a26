import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { explainFullDisk, isDiskFull } from './full-disk.ts'

test('a disk with room is not full', async () => {
  using folder = openScratchFolder()
  expect(await isDiskFull(folder.path)).toBe(false)
})

test.skipIf(process.getuid?.() !== 0)('a disk is full without room, or without files', async () => {
  using folder = openScratchFolder()
  const { path } = folder
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,nr_inodes=2', 'tmpfs', path])
  try {
    expect(await isDiskFull(path)).toBe(false)
    writeFileSync(join(path, 'one'), '')
    expect(await isDiskFull(path)).toBe(true)
    execFileSync('mount', ['-o', 'remount,nr_inodes=100', path])
    expect(await isDiskFull(path)).toBe(false)
    writeFileSync(join(path, 'large'), Buffer.alloc(1 << 20))
    expect(await isDiskFull(path)).toBe(true)
  } finally {
    execFileSync('umount', [path])
  }
})

test('it tells what a full disk means', () => {
  expect(explainFullDisk('/data/device', '2026-01-01T00:00:00.000Z')).toMatchInlineSnapshot(
    `"It is full: nothing can be written into /data/device. What runs goes on; new pods go elsewhere until there is room. What is told of the agent here is from 2026-01-01T00:00:00.000Z."`,
  )
})
