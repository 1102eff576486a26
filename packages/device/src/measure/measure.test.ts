import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { measurement as schema, type Measurement } from '../protocol/measurement.ts'
import { isMeasured } from './check-measurement.ts'
import { runChain, startOfChain, STEPS_PER_MARK } from './hash-chain.ts'
import { measureMachine } from './measure-machine.ts'
import { scoreMeasurement } from './score-measurement.ts'

const request = { nonce: `0x${'ab'.repeat(32)}`, device: 7 } as const
const MIB = 2 ** 20
const [first, second] = [0, 1].map((thread) => ({
  ...runChain(startOfChain(request, thread), { forMs: 0, nowMs: () => 0 }),
  ms: 10,
}))
const chains = { single: first!, all: [second!] }

test('a machine measures itself, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-measure-'))
  try {
    const beganMs = performance.now()
    const found = await measureMachine(request, folder, { hashMs: 1, copyMs: 1, writeMs: 1 })
    const elapsedMs = performance.now() - beganMs
    expect(schema.parse(found)).toEqual(found)
    expect(isMeasured(found, request, Math.random())).toBe(true)
    const scores = scoreMeasurement(found, elapsedMs)
    expect(scores).toMatchObject({ gpu: 0, isp: 0 })
    expect(Math.min(scores.cpu, scores.memoryScore, scores.storageScore)).toBeGreaterThan(0)
    expect(readdirSync(folder)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a folder that is not there fails the measurement, with its reason', async () => {
  const times = { hashMs: 1, copyMs: 1, writeMs: 1 }
  await expect(measureMachine(request, '/nowhere', times)).rejects.toMatchObject({
    code: 'DEVICE_MEASUREMENT_FAILED',
    message: expect.stringContaining('ENOENT'),
  })
})

test('every piece of the chains can be checked', () => {
  const honest = create()
  for (const random of [0, 0.3, 0.5, 0.7, 0.999]) {
    expect(isMeasured(honest, request, random)).toBe(true)
  }
})

test.each([
  ['another nonce', { ...create(), nonce: `0x${'cd'.repeat(32)}` }],
  ['another device', { ...create(), device: 8 }],
  ['the chain of another thread', { ...create(), single: create().all[0]! }],
  ['a mark that was made up', { ...create(), single: { marks: ['0'.repeat(64)], ms: 1 } }],
])('%s is found out', (_, dishonest) => {
  expect(isMeasured(dishonest, request, 0)).toBe(false)
})

test('the scores are geometric means of speed and size', () => {
  const found = {
    ...request,
    single: { marks: marks(10), ms: 1000 },
    all: [
      { marks: marks(20), ms: 1000 },
      { marks: marks(20), ms: 1000 },
    ],
    memory: { totalBytes: 400 * MIB, copiedBytes: 100 * MIB, ms: 1000 },
    storage: { freeBytes: 900 * MIB, writtenBytes: 50 * MIB, ms: 500 },
  }
  expect(scoreMeasurement(found, 1000)).toEqual({
    cpu: Math.round((20 * STEPS_PER_MARK) / 1000),
    memoryScore: 200,
    storageScore: 300,
    gpu: 0,
    isp: 0,
  })
})

test('whoever works longer than it says gains nothing, and no answer leaves the contract’s range', () => {
  const hashed = { marks: marks(10), ms: 500 }
  const saidMs = 500 + 500 + 300 + 500
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(100_000), (longer, size) => {
      const memory = { totalBytes: size * MIB, copiedBytes: MIB, ms: 300 }
      const storage = { freeBytes: MIB, writtenBytes: MIB, ms: 500 }
      const honest = { ...create(), single: hashed, all: [hashed], memory, storage }
      const liar = { ...honest, memory: { ...memory, copiedBytes: longer * MIB } }
      const scores = scoreMeasurement(liar, 2000 + saidMs * longer)
      expect(scores.memoryScore).toBeLessThanOrEqual(scoreMeasurement(honest, saidMs).memoryScore)
    }),
  )
  const huge = { totalBytes: Number.MAX_SAFE_INTEGER, copiedBytes: Number.MAX_SAFE_INTEGER, ms: 1 }
  expect(scoreMeasurement({ ...create(), memory: huge }, 1).memoryScore).toBe(2 ** 32 - 1)
})

test('whoever says that it took a moment is not believed to have been that fast', () => {
  const usual = {
    ...create(),
    single: { marks: marks(10), ms: 500 },
    all: [{ marks: marks(10), ms: 500 }],
  }
  const moment = {
    ...usual,
    single: { ...usual.single, ms: 1 },
    all: [{ marks: marks(10), ms: 1 }],
  }
  expect(scoreMeasurement(moment, 1000)).toEqual(scoreMeasurement(usual, 1000))
})

function create(): Measurement {
  return {
    ...request,
    ...chains,
    memory: { totalBytes: MIB, copiedBytes: MIB, ms: 10 },
    storage: { freeBytes: MIB, writtenBytes: MIB, ms: 10 },
  }
}

function marks(count: number): string[] {
  return Array.from({ length: count }, () => '0'.repeat(64))
}
