import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'

import { expect, test, vi } from 'vitest'

import { isRunning } from './process.ts'

test('a process runs until it has ended', async () => {
  const child = spawn('cat')
  expect(isRunning(child.pid ?? 0)).toBe(true)
  child.stdin.end()
  await once(child, 'exit')
  expect(isRunning(child.pid ?? 0)).toBe(false)
})

test.runIf(existsSync('/proc/self/stat'))(
  'one that has ended runs no more, though nobody has asked how',
  async () => {
    // The shell becomes a program that never asks for its child, before that one ends.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'])
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    try {
      await vi.waitFor(() => expect(isRunning(Number(line))).toBe(false), { timeout: 5000 })
      expect(existsSync(`/proc/${Number(line)}`)).toBe(true)
    } finally {
      parent.kill('SIGKILL')
    }
  },
)
