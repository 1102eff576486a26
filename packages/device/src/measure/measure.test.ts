import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'

import {
  measureAnswer,
  pieceNames,
  type HashRun,
  type MeasureAnswer,
  type MeasureQuestion,
  type MeasureRequest,
} from '../protocol/measurement.ts'
import { findForgery } from './check-answer.ts'
import { runChain, STEPS_PER_MARK } from './hash-chain.ts'
import { imitatePiece } from './imitate-piece.ts'
import { measurePiece } from './measure-piece.ts'
import { blockOf, proofOf } from './nonce-bytes.ts'
import { scoreFindings, speedOf } from './score-measurement.ts'

const question = { nonce: `0x${'ab'.repeat(32)}`, device: 7 } as const
const MIB = 2 ** 20
const times = { single: 1, all: 1, memory: 1, storage: 1 }

test.each(pieceNames)(
  'a machine measures its piece %s, and leaves nothing behind',
  async (piece) => {
    const folder = mkdtempSync(join(tmpdir(), 'nexqloud-measure-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const request = { ...question, piece }
    const found = await measurePiece(request, folder, times)
    expect(measureAnswer.parse(found)).toEqual(found)
    expect(findForgery(found, request, Math.random)).toBeUndefined()
    expect(speedOf(found, 10)).toBeGreaterThan(0)
    expect(readdirSync(folder)).toEqual([])
  },
)

test.each(pieceNames)(
  'an imitated machine answers for itself alone, says so, and all of them are as fast: %s',
  (piece) => {
    const machine = { memoryBytes: 8 * 2 ** 30, diskBytes: 100 * 2 ** 30 }
    const speeds = [7, 8].map((device) => {
      const asked = { ...question, device, piece }
      const found = imitatePiece(asked, machine)
      expect(measureAnswer.parse(found)).toEqual({ ...found, isImitated: true })
      expect(findForgery(found, asked, () => 0)).toBeUndefined()
      expect(findForgery(found, { ...asked, device: 9 }, () => 0)).toBe('otherDevice')
      return speedOf(found, 10)
    })
    expect(speeds[0]).toBe(speeds[1])
  },
)

test('a folder that is not there fails the measurement, with its reason', async () => {
  const request = { ...question, piece: 'storage' } as const
  await expect(measurePiece(request, '/nowhere', times)).rejects.toMatchObject({
    code: 'DEVICE_MEASUREMENT_FAILED',
    message: expect.stringContaining('ENOENT'),
  })
})

test('every piece of the chains can be checked', () => {
  const request = { ...question, piece: 'all' } as const
  for (const random of [0, 0.3, 0.5, 0.7, 0.999]) {
    expect(findForgery(createAll(), request, () => random)).toBeUndefined()
  }
})

test.each([
  ['otherNonce', { ...createAll(), nonce: `0x${'cd'.repeat(32)}` }],
  ['otherDevice', { ...createAll(), device: 8 }],
  ['otherPiece', { ...createAll(), piece: 'single' }],
  ['wrongChain', { ...createAll(), runs: createAll().runs.toReversed() }],
  ['wrongChain', { ...createAll(), runs: [{ marks: ['0'.repeat(64)], ms: 300 }] }],
  ['wrongChain', { ...createAll(), runs: [{ marks: [], ms: 300 }] }],
] as const)('%s is found out', (forgery, answer) => {
  const request = { ...question, piece: 'all' } as const
  expect(findForgery(answer as MeasureAnswer, request, () => 0)).toBe(forgery)
})

test('a chain that was made before, and one that is told over and over, are found out in each piece but those that were worked for', () => {
  const request = { ...question, piece: 'single' } as const
  const worked = createRun(question, 0, 2).marks
  const kept = createRun({ ...question, nonce: `0x${'cd'.repeat(32)}` }, 0, 4).marks
  for (const marks of [
    [...worked, ...kept.slice(2)],
    [...worked, ...worked],
  ]) {
    const answer = { ...request, runs: [{ marks, ms: 300 }] }
    const found = marks.map((_, index) => findForgery(answer, request, () => index / marks.length))
    expect(found).toEqual([undefined, undefined, 'wrongChain', 'wrongChain'])
  }
})

test('one thread’s chain does not count twice', () => {
  const request = { ...question, piece: 'all' } as const
  const one = createRun(question, 0, 2)
  const answer = { ...request, runs: [one, one] }
  expect(findForgery(answer, request, () => 0.75)).toBe('wrongChain')
})

test('more than one look is taken', () => {
  const request = { ...question, piece: 'single' } as const
  const { marks } = createRun(question, 0, 1)
  const answer = { ...request, runs: [{ marks: [...marks, ...marks], ms: 300 }] }
  const points = [0, 0.5]
  expect(findForgery(answer, request, () => points.shift() ?? 0)).toBe('wrongChain')
})

test('no thread counts for more than all of them', () => {
  const none = { memory: 0, storage: 0, memoryMebibytes: 0, freeMebibytes: 0, down: 0, up: 0 }
  expect(scoreFindings({ ...none, single: 10_000, all: 100, threads: 1 }).cpu).toBe(100)
})

test('a chain that was made before the nonce was known is found out in every piece', () => {
  let looks = 0
  const made = runChain(question, { thread: 0, forMs: 4, nowMs: () => looks++ })
  expect(made.marks.length).toBeGreaterThan(2)
  const request = { nonce: `0x${'cd'.repeat(32)}`, device: 7, piece: 'single' } as const
  const answer = { ...request, runs: [made] }
  for (const random of [0, 0.3, 0.6, 0.999]) {
    expect(findForgery(answer, request, () => random)).toBe('wrongChain')
  }
})

test('whoever copies another’s answer is found out in every piece, whatever it changes of nonce and number', () => {
  const id = fc.integer({ min: 1, max: 1000 })
  const nonce = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex(bytes))
  fc.assert(
    fc.property(
      fc.record({ nonce, device: id }),
      fc.record({ nonce, device: id }),
      fc.constantFrom(...pieceNames),
      (theirs, ours, piece) => {
        fc.pre(theirs.nonce !== ours.nonce || theirs.device !== ours.device)
        const copied = answerHonestly({ ...theirs, piece })
        const request = { ...ours, piece }
        expect(findForgery(copied, request, () => 0)).toMatch(/^other/)
        expect(findForgery({ ...copied, ...ours }, request, () => 0)).toMatch(/^wrong/)
      },
    ),
    { numRuns: 20 },
  )
})

test('a speed is what was done in the time that the masternode saw, less the way', () => {
  const hashed = { ...createAll(), runs: [run(10, 500), run(20, 400)] }
  expect(speedOf(hashed, 600)).toBeCloseTo((10 / 500 + 20 / 400) * STEPS_PER_MARK)
  const copied = { ...createCopied(100 * MIB), ms: 250 }
  expect(speedOf(copied, 300)).toBeCloseTo(400)
  expect(speedOf(copied, 1200)).toBeCloseTo(100)
})

test('whoever works longer than it says gains nothing beyond the way, and nobody works for a moment', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 200 }), (longer, ms) => {
      const liar = { ...createCopied(longer * MIB), ms }
      expect(speedOf(liar, 200 + 200 * longer)).toBeLessThanOrEqual(5 + 1e-9)
    }),
  )
})

test('the scores are geometric means of speed and size, and stay in the contract’s range', () => {
  const found = {
    single: 900,
    all: 1600,
    threads: 2,
    memory: 100,
    memoryMebibytes: 400,
    storage: 100,
    freeMebibytes: 900,
    down: 90_000,
    up: 40_000,
  }
  expect(scoreFindings(found)).toEqual({
    cpu: 1200,
    memoryScore: 200,
    storageScore: 300,
    gpu: 0,
    isp: 60_000,
  })
  expect(scoreFindings({ ...found, down: 9e6, up: 4e6 }).isp).toBe(1_000_000)
  const huge = { all: 2 ** 33, memory: 2 ** 40, memoryMebibytes: 2 ** 40 }
  expect(scoreFindings({ ...found, ...huge }).memoryScore).toBe(2 ** 32 - 1)
})

test('whoever says that it has more memory and disk than goes with its CPUs gains nothing by the rest', () => {
  const found = { single: 7000, all: 14_000, threads: 2, memory: 1, storage: 1, down: 0, up: 0 }
  const scoresOf = (mebibytes: number) =>
    scoreFindings({ ...found, memoryMebibytes: mebibytes, freeMebibytes: mebibytes })
  const [memory, disk] = [14_000 * 32, 14_000 * 8192]
  expect(scoresOf(2 ** 30)).toEqual(scoresOf(disk))
  expect(scoresOf(disk).memoryScore).toBe(scoresOf(memory).memoryScore)
  expect(scoresOf(memory / 2).memoryScore).toBeLessThan(scoresOf(memory).memoryScore)
  expect(scoresOf(disk / 2).storageScore).toBeLessThan(scoresOf(disk).storageScore)
})

function answerHonestly(request: MeasureRequest): MeasureAnswer {
  const { piece, ...asked } = request
  const chain = (thread: number): HashRun => runChain(asked, { thread, forMs: 0, nowMs: () => 0 })
  if (piece === 'single' || piece === 'all') return { ...asked, piece, runs: [chain(0)] }
  const proof = proofOf(blockOf(asked))
  return { ...asked, piece, totalBytes: MIB, workedBytes: MIB, ms: 200, proof }
}

function createAll(): Extract<MeasureAnswer, { piece: 'all' }> {
  const runs = [0, 1].map((thread) => runChain(question, { thread, forMs: 0, nowMs: () => 0 }))
  return { ...question, piece: 'all', runs }
}

function createCopied(workedBytes: number): MeasureAnswer & { readonly piece: 'memory' } {
  return { ...question, piece: 'memory', totalBytes: MIB, workedBytes, ms: 200, proof: '' }
}

function run(marks: number, ms: number): HashRun {
  return { marks: Array.from({ length: marks }, () => '0'.repeat(64)), ms }
}

function createRun(asked: MeasureQuestion, thread: number, pieces: number): HashRun {
  let at = 0
  return runChain(asked, { thread, forMs: 2 * pieces - 1, nowMs: () => (at += 2) - 2 })
}

function toHex(bytes: Uint8Array): `0x${string}` {
  return `0x${Buffer.from(bytes).toString('hex')}`
}
