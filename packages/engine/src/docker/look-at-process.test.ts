import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import type { ContainerId } from '../container/specification.ts'
import { createProcessLook } from './look-at-process.ts'

const id = 'ab'.repeat(32) as ContainerId
const v1 = `3:freezer:/docker/${id}\n0::/docker/${id}\n`
const v2 = `0::/system.slice/docker-${id}.scope\n`
const state = `/sys/fs/cgroup/freezer/docker/${id}/freezer.state`
const events = `/sys/fs/cgroup/system.slice/docker-${id}.scope/cgroup.events`

test.each([
  ['runs on cgroup v1', v1, 'S', { [state]: 'THAWED\n' }, 'runs'],
  ['is paused on cgroup v1', v1, 'S', { [state]: 'FROZEN\n' }, 'held'],
  ['runs on cgroup v2', v2, 'R', { [events]: 'populated 1\nfrozen 0\n' }, 'runs'],
  ['is paused on cgroup v2', v2, 'S', { [events]: 'populated 1\nfrozen 1\n' }, 'held'],
  ['was sent SIGSTOP', v2, 'T', { [events]: 'populated 1\nfrozen 0\n' }, 'held'],
  ['is looked at by a debugger', v2, 't', { [events]: 'populated 1\nfrozen 0\n' }, 'runs'],
  ['has ended', v2, 'Z', { [events]: 'populated 0\nfrozen 0\n' }, undefined],
  ['has groups that cannot be seen', v2, 'S', {}, undefined],
  ['has another container’s number', `0::/docker-${'cd'.repeat(32)}.scope\n`, 'T', {}, undefined],
] as const)('of a process that %s', async (...scene) => {
  const [, cgroup, letter, files, seen] = scene
  const look = createProcessLook(
    makeRoot({
      '/proc/7/cgroup': cgroup,
      '/proc/7/stat': `7 (web) T (1)) ${letter} 1 7 7 0 -1`,
      ...files,
    }),
  )
  expect(await look(7, id)).toBe(seen)
})

test('a process that is not there, or has no number, is nobody’s', async () => {
  const look = createProcessLook(makeRoot({}))
  expect(await look(7, id)).toBeUndefined()
  expect(await look(0, id)).toBeUndefined()
})

/** Returns a folder with these files, which is removed with the test. */
function makeRoot(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'nexqloud-process-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}
