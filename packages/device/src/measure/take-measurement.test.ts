import { createManualClock } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { MeasureAnswer, MeasureRequest } from '../protocol/measurement.ts'
import { runChain } from './hash-chain.ts'
import { blockOf, proofOf } from './nonce-bytes.ts'
import { areSettled, countedSpeed, rounds } from './rounds.ts'
import { takeMeasurement, type DeviceProbe, type MeasureOutcome } from './take-measurement.ts'

test('a steady machine is measured in three rounds of each part, each under a nonce of its own', async () => {
  const { outcome, asked, lines } = await measure({})
  expect(outcome).toMatchObject({ kind: 'measured', findings: { threads: 1 } })
  expect(asked.map(({ piece }) => piece)).toEqual(
    ['single', 'all', 'memory', 'storage'].flatMap((piece) => [piece, piece, piece]),
  )
  expect(new Set(asked.map(({ nonce }) => nonce)).size).toBe(12)
  expect(lines.slice(0, 2)).toEqual([2 ** 18, 2 ** 23])
})

test('one that is disturbed is measured for eight seconds, and its second best round counts', async () => {
  const speeds = [100, 300, 250, 200, 150]
  const { outcome, asked } = await measure({
    copiesOf: (round) => speeds[round] ?? 140,
    roundMs: 400,
  })
  expect(asked.filter(({ piece }) => piece === 'memory')).toHaveLength(20)
  expect(outcome).toMatchObject({ findings: { memory: 250 / 0.2 } })
})

test('one that is disturbed is not measured for longer than there is time', async () => {
  const speeds = [100, 300, 250, 200, 150]
  const copiesOf = (round: number) => speeds[round] ?? 140
  const { asked } = await measure({ copiesOf, roundMs: 400, untilMs: 4800 })
  expect(asked.filter(({ piece }) => piece === 'memory')).toHaveLength(2)
})

test('those that are measured together take the time of each part, so that they meet in it', async () => {
  const { took, asked } = await measure({ isTogether: true, roundMs: 900 })
  const firstOf = (piece: string) => took[asked.findIndex((one) => one.piece === piece)]
  expect(['single', 'all', 'memory', 'storage'].map(firstOf)).toEqual([0, 4500, 8100, 12_600])
  const quick = await measure({ isTogether: true, roundMs: 100 })
  expect(quick.took[24]).toBe(4000)
})

test('a copied answer ends it, and the part is named', async () => {
  const copy = await measure({ answerAs: { device: 8 } })
  expect(copy.outcome).toEqual({ kind: 'forged', part: 'single', forgery: 'otherDevice' })
  expect(copy.asked).toHaveLength(1)
  const other = await measure({ answerAs: { nonce: `0x${'0'.repeat(64)}` } })
  expect(other.outcome).toMatchObject({ forgery: 'otherNonce' })
  const line = await measure({ lineEnd: 'wrongBytes' })
  expect(line.outcome).toEqual({ kind: 'forged', part: 'down', forgery: 'wrongBytes' })
})

test('a machine that says it is none is looked at once, and its line not at all', async () => {
  const { outcome, asked, lines } = await measure({ answerAs: { isImitated: true } })
  expect(outcome).toMatchObject({ kind: 'measured', isImitated: true, scores: { isp: 0 } })
  expect(asked.map(({ piece }) => piece)).toEqual(['single', 'all', 'memory', 'storage'])
  expect(lines).toEqual([])
})

test('a machine that says it is none is refused where only machines count', async () => {
  const { outcome, asked } = await measure({
    answerAs: { isImitated: true },
    takesImitated: false,
  })
  expect(outcome).toEqual({ kind: 'forged', part: 'single', forgery: 'imitated' })
  expect(asked).toHaveLength(1)
})

test('whoever says that it is none meets the others in each part all the same', async () => {
  const { took } = await measure({ answerAs: { isImitated: true }, isTogether: true })
  expect(took).toEqual([0, 4000, 8000, 12_000])
})

test('a line that takes too long counts nothing', async () => {
  const { outcome } = await measure({ lineEnd: 'tooSlow' })
  expect(outcome).toMatchObject({ kind: 'measured', scores: { isp: 0 } })
})

test('what counts never is the only fast round, and nothing slow pulls it down', () => {
  const speed = fc.integer({ min: 1, max: 1000 })
  fc.assert(
    fc.property(fc.array(speed, { minLength: 2 }), fc.array(speed), (fast, slow) => {
      const counted = countedSpeed(fast)
      expect(fast.filter((one) => one >= counted).length).toBeGreaterThanOrEqual(2)
      const below = slow.map((one) => Math.min(one, counted))
      expect(countedSpeed([...below, ...fast])).toBe(counted)
      expect(areSettled(fast)).toBe(
        fast.filter((one) => one >= Math.max(...fast) * (1 - rounds.agreement)).length >= 3,
      )
    }),
  )
})

type Scene = {
  readonly isTogether?: boolean
  readonly takesImitated?: boolean
  readonly untilMs?: number
  /** How long a round takes. */
  readonly roundMs?: number
  /** MiB that memory copies in a round. */
  readonly copiesOf?: (round: number) => number
  readonly answerAs?: Partial<Pick<MeasureAnswer, 'device' | 'nonce' | 'isImitated'>>
  readonly lineEnd?: Awaited<ReturnType<DeviceProbe['tryLine']>>
}

async function measure({
  isTogether = false,
  takesImitated = true,
  untilMs = 60_000,
  roundMs = 10,
  copiesOf = () => 100,
  answerAs = {},
  lineEnd = 'arrived',
}: Scene) {
  const clock = createManualClock(0)
  const asked: MeasureRequest[] = []
  const took: number[] = []
  const lines: number[] = []
  let copied = 0
  const probe: DeviceProbe = {
    ask: async (request) => {
      asked.push(request)
      took.push(clock.steadyMs())
      await clock.delay(roundMs, new AbortController().signal)
      if (request.piece === 'memory') copied += 1
      return answerOf({ ...request, ...answerAs }, copiesOf(copied - 1))
    },
    tryLine: async ({ bytes }) => {
      lines.push(bytes)
      await clock.delay(2, new AbortController().signal)
      return lineEnd
    },
  }
  let nonces = 0
  const parts = {
    probe,
    device: 7,
    isTogether,
    takesImitated,
    untilMs,
    createNonce: () => `0x${(nonces += 1).toString(16).padStart(64, '0')}` as const,
    random: () => 0,
    clock,
  }
  const ended: MeasureOutcome[] = []
  const taking = takeMeasurement(parts, new AbortController().signal).then((outcome) =>
    ended.push(outcome),
  )
  while (ended.length === 0) await clock.pass(1)
  await taking
  return { outcome: ended[0], asked, took, lines }
}

function answerOf({ piece, ...question }: MeasureRequest, mebibytes: number): MeasureAnswer {
  if (piece === 'single' || piece === 'all') {
    const chain = runChain(question, { thread: 0, forMs: 0, nowMs: () => 0 })
    return { ...question, piece, runs: [chain] }
  }
  const workedBytes = (piece === 'memory' ? mebibytes : 100) * 2 ** 20
  const proof = proofOf(blockOf(question))
  return { ...question, piece, totalBytes: 2 ** 30, workedBytes, ms: 200, proof }
}
