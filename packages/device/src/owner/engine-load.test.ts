import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { createManualClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test } from 'vitest'

import { createEngineLoad } from './engine-load.ts'

const stat = (user: number, children: number) =>
  `7 (dockerd) S 1 7 7 0 -1 4194560 1 1 0 0 ${user} 0 ${children} 0 20 0`

test("a service's group tells what it uses with its helpers, in version 2", () => {
  const { read, write } = setup()
  write('proc/self/mounts', 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0')
  write('proc/self/cgroup', '0::/user.slice')
  write('proc/7/comm', 'dockerd\n')
  write('proc/7/cgroup', '0::/system.slice/docker.service')
  write('sys/fs/cgroup/system.slice/docker.service/cpu.stat', 'usage_usec 5000\n')
  expect(read()).toBe(0)
  write('sys/fs/cgroup/system.slice/docker.service/cpu.stat', 'usage_usec 9000\n')
  expect(read()).toBe(4000)
})

test('and in version 1', () => {
  const { read, write } = setup()
  write('proc/self/mounts', 'cgroup /c cgroup rw,cpu,cpuacct 0 0\ncgroup /m cgroup rw,memory 0 0')
  write('proc/7/comm', 'podman\n')
  write('proc/7/cgroup', '4:memory:/\n3:cpu,cpuacct:/podman\n0::/')
  write('c/podman/cpuacct.usage', '1000000\n')
  expect(read()).toBe(0)
  write('c/podman/cpuacct.usage', '3000000\n')
  expect(read()).toBe(2000)
})

test('one that shares its group with others is looked at itself; one that is started anew counts on', async () => {
  const { read, write, remove, clock } = setup()
  write('proc/7/comm', 'dockerd\n')
  write('proc/7/stat', stat(10, 0))
  write('proc/8/comm', 'firefox\n')
  write('proc/8/stat', stat(10, 0))
  expect(read()).toBe(0)
  write('proc/7/stat', stat(12, 3))
  write('proc/8/stat', stat(99, 0))
  expect(read()).toBe(50_000)
  remove('proc/7')
  expect(read()).toBe(50_000)
  write('proc/9/comm', 'dockerd\n')
  write('proc/9/stat', stat(100, 0))
  await clock.pass(30_000)
  expect(read()).toBe(50_000)
  write('proc/9/stat', stat(101, 0))
  expect(read()).toBe(60_000)
})

/** A folder that looks like a machine's root. */
function setup() {
  const root = mkdtempSync(join(tmpdir(), 'nq-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const clock = createManualClock(0)
  return {
    clock,
    read: createEngineLoad(clock, root),
    remove: (path: string) => rmSync(join(root, path), { recursive: true }),
    write: (file: string, text: string) => {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    },
  }
}
