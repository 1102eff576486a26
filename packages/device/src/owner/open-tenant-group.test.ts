import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { findCgroups } from './cgroup-files.ts'
import { createFileQuotaNotes } from './cpu-quotas.ts'
import { openTenantGroup } from './open-tenant-group.ts'
import type { GroupShare, TenantGroup } from './tenant-group.ts'

const all: GroupShare = { cpuShare: 1, weight: 'usual' }
const yielded: GroupShare = { cpuShare: 0.1, weight: 'least' }
const paused: GroupShare = { cpuShare: 0, weight: 'least' }

test('the controllers of both versions are found by what is mounted', () => {
  expect(
    findCgroups(
      `cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0`,
    ),
  ).toEqual({
    version: 1,
    cpu: '/sys/fs/cgroup/cpu,cpuacct',
    cpuacct: '/sys/fs/cgroup/cpu,cpuacct',
    memory: '/sys/fs/cgroup/memory',
  })
  expect(findCgroups('cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0')).toMatchObject({
    version: 2,
    cpu: '/sys/fs/cgroup',
  })
  expect(findCgroups('proc /proc proc rw 0 0')).toBeUndefined()
})

test('version 2: the group as a whole has a quota, a weight and a memory limit', () => {
  const { group, read, write } = setup(2)
  write('cgroup.subtree_control', 'cpuset memory')
  group.give(all)
  expect([read('g/d/cpu.max'), read('g/d/cpu.weight')]).toEqual(['max 100000', '100'])
  expect([read('cgroup.subtree_control'), read('g/cgroup.subtree_control')]).toEqual([
    '+cpu',
    '+cpu +memory',
  ])
  group.give({ ...yielded, memoryBytes: 8195 })
  expect(['cpu.max', 'cpu.weight', 'memory.max'].map((file) => read(`g/d/${file}`))).toEqual([
    '40000 100000',
    '1',
    '8192',
  ])
  group.give(paused)
  expect([read('g/d/cpu.max'), read('g/d/memory.max')]).toEqual(['1000 100000', 'max'])
})

test('version 1: what the containers have is divided as they had it, and given back', () => {
  const { group, read, write } = setup(1)
  const quotas = () => ['a', 'b'].map((name) => read(`g/d/${name}/cpu.cfs_quota_us`))
  write('g/d/a/cpu.cfs_quota_us', '300000')
  write('g/d/b/cpu.cfs_quota_us', '100000')
  write('g/d/monitor/cpu.cfs_quota_us', '-1')
  group.give(all)
  expect(quotas()).toEqual(['300000', '100000'])
  group.give(yielded)
  expect(quotas()).toEqual(['30000', '10000'])
  expect([read('g/d/cpu.shares'), read('g/d/monitor/cpu.cfs_quota_us')]).toEqual(['2', '-1'])
  group.give(paused)
  expect(quotas()).toEqual(['1000', '1000'])
  group.give(all)
  expect(quotas()).toEqual(['300000', '100000'])
})

test('version 1: one that comes, is started anew, or outlives the agent is held and given back, too', () => {
  const { group, read, write, reopen } = setup(1)
  write('g/d/a/cpu.cfs_quota_us', '300000')
  group.give(yielded)
  write('g/d/b/cpu.cfs_quota_us', '100000')
  write('g/d/a/cpu.cfs_quota_us', '300000')
  group.give(yielded)
  const quotas = () => ['a', 'b'].map((name) => read(`g/d/${name}/cpu.cfs_quota_us`))
  expect(quotas()).toEqual(['30000', '10000'])
  reopen().give(all)
  expect(quotas()).toEqual(['300000', '100000'])
})

test.each([1, 2] as const)('version %i: a memory limit waits until less is held', (version) => {
  const { group, read, write } = setup(version)
  const [limit, held] =
    version === 1
      ? ['memory.limit_in_bytes', 'memory.usage_in_bytes']
      : ['memory.max', 'memory.current']
  write(`g/d/${limit}`, 'before')
  write(`g/d/${held}`, '9000')
  group.give({ ...all, memoryBytes: 8192 })
  expect(read(`g/d/${limit}`)).toBe('before')
  write(`g/d/${held}`, '5000')
  group.give({ ...all, memoryBytes: 8192 })
  expect(read(`g/d/${limit}`)).toBe('8192')
})

test('what is used is read from either version', () => {
  const one = setup(1)
  one.write('g/d/cpuacct.usage', '5000000')
  one.write('g/d/memory.usage_in_bytes', '900')
  one.write('g/d/memory.stat', 'cache 1\ntotal_inactive_file 200\n')
  expect(used(one.group)).toEqual({ cpuMicroseconds: 5000, memoryBytes: 700 })
  const two = setup(2)
  expect(used(two.group)).toEqual({ cpuMicroseconds: 0, memoryBytes: 0 })
  two.write('g/d/cpu.stat', 'usage_usec 5000\nuser_usec 1\n')
  two.write('g/d/memory.current', '900')
  two.write('g/d/memory.stat', 'inactive_file 200\n')
  expect(used(two.group)).toEqual({ cpuMicroseconds: 5000, memoryBytes: 700 })
})

function used({ use }: TenantGroup) {
  return { cpuMicroseconds: use.cpuMicroseconds(), memoryBytes: use.memoryBytes() }
}

/** A folder that looks like the kernel's, on a machine of four CPUs. */
function setup(version: 1 | 2) {
  const root = mkdtempSync(join(tmpdir(), 'nq-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const roots = { version, cpu: root, cpuacct: root, memory: root }
  const open = () => {
    const group = openTenantGroup({
      path: 'g/d',
      notes: createFileQuotaNotes(root),
      roots,
      cpus: 4,
    })
    if (group === undefined) throw new Error('There is none.')
    return group
  }
  return {
    group: open(),
    reopen: open,
    read: (file: string) => readFileSync(join(root, file), 'utf8'),
    write: (file: string, text: string) => {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    },
  }
}
