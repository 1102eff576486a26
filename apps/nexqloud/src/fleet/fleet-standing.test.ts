import { createManualClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test } from 'vitest'

import type { FleetStatus } from './fleet-folder.ts'
import { FleetStanding, keepTelling } from './fleet-standing.ts'

test('a status that cannot be written is said, and written when there is room', async () => {
  const { standing, written, warned, disk, clock } = setup()
  await clock.pass(5000)
  expect(written).toEqual([])
  expect(warned).toContain('statusUnwritten')
  disk.isFull = false
  await clock.pass(1000)
  expect(written).toEqual([expect.objectContaining({ active: 0 })])
  standing.active = 2
  await clock.pass(3000)
  expect(written.slice(1)).toEqual([expect.objectContaining({ active: 2 })])
})

/** A fleet that is told, onto a disk that is full. */
function setup() {
  const clock = createManualClock(0)
  const disk = { isFull: true }
  const warned: string[] = []
  const written: FleetStatus[] = []
  const log = { warn: (_: unknown, name?: string) => void warned.push(name ?? '') }
  const standing = new FleetStanding(2, log as never)
  const over = new AbortController()
  const parts = {
    now: () => standing.now(),
    write: async (status: FleetStatus) => {
      if (disk.isFull) throw new Error('ENOSPC: no space left on device, write')
      written.push(status)
    },
    clock,
    log: log as never,
  }
  const telling = keepTelling(parts, over.signal)
  onTestFinished(async () => {
    over.abort()
    await telling
  })
  return { standing, written, warned, disk, clock }
}
