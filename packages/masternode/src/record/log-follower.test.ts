import { createManualClock } from '@nexqloud/kernel'
import type { KubeletStreams, LogOptions } from '@nexqloud/kube'
import { DatabaseAwayError, type LogLine, type RecordStore } from '@nexqloud/store'
import { expect, onTestFinished, test } from 'vitest'

import { createByteBudget, logRates } from './byte-budget.ts'
import { followLog } from './log-follower.ts'
import { createRecordDatabase } from './record-database.ts'

const target = { node: 'device-1', namespace: 'default', pod: 'web', uid: 'u', container: 'main' }

test('a log whose way broke off is read on from its newest line, and no line is there twice', async () => {
  const { asked, clock, texts } = setup([
    async function* () {
      yield `${timeAt(1)} one\n${timeAt(1)} two\n${timeAt(2)} th`
      throw new Error('The link is gone.')
    },
    async function* () {
      yield `${timeAt(1)} one\n${timeAt(1)} two\n${timeAt(2)} three\n`
    },
  ])
  await clock.pass(10_000)
  expect(asked.map(({ sinceTime }) => sinceTime).slice(0, 2)).toEqual([undefined, timeAt(1)])
  expect(texts()).toEqual(['one', 'two', 'three'])
})

test('who writes more than is kept loses the middle, and the record says so', async () => {
  const many = `${timeAt(1)} ${'x'.repeat(1 << 14)}\n`.repeat(20)
  const { asked, clock, texts } = setup([
    async function* () {
      for (;;) yield many
    },
    async function* () {
      yield `${timeAt(3)} the end\n`
    },
  ])
  for (let second = 0; second < 60; second += 1) await clock.pass(1000)
  expect(asked[1]).toMatchObject({ tailLines: 100, sinceTime: undefined })
  const gap = texts().indexOf('lines were left out here: more was written than is kept')
  expect(gap).toBeGreaterThan(64)
  expect(texts().slice(gap + 1)).toEqual(['the end'])
})

test('what a device could not tell before it went, since the database was away, is said to be lost', async () => {
  const { clock, texts, setAway, leave, asked } = setup([], { isAway: true })
  await clock.pass(20_000)
  expect(asked).toEqual([])
  leave()
  await clock.pass(20_000)
  setAway(false)
  await clock.pass(20_000)
  expect(texts()).toEqual([expect.stringMatching(/^what was written after this was lost/)])
})

test('a container that has ended is read to its end, once', async () => {
  const { asked, clock, texts, running } = setup(
    [
      async function* () {
        yield `${timeAt(1)} bye\n`
      },
    ],
    { hasEnded: true },
  )
  await clock.pass(10_000)
  await running
  expect(asked).toHaveLength(1)
  expect(texts()).toEqual(['bye'])
})

function timeAt(second: number): string {
  return `2026-01-01T00:00:0${second}.000000000Z`
}

function setup(
  sources: (() => AsyncIterable<string>)[],
  { isAway = false, hasEnded = false } = {},
) {
  const clock = createManualClock()
  const asked: LogOptions[] = []
  const lines = new Map<string, LogLine>()
  const gate = { isAway }
  const over = new AbortController()
  const reading = new AbortController()
  const streams: Pick<KubeletStreams, 'log'> = {
    log: async function* (_, options, signal) {
      asked.push(options)
      const source = sources.shift()
      if (source === undefined) throw new Error('Nobody is there.')
      for await (const text of source()) {
        if (signal.aborted) return
        yield Buffer.from(text)
      }
    },
  }
  const sorted = () =>
    [...lines.values()].toSorted((left, right) =>
      left.at === right.at ? left.ordinal - right.ordinal : left.at < right.at ? -1 : 1,
    )
  const store = {
    lastLineAt: async () => sorted().at(-1)?.at,
    putLines: async (_: unknown, put: readonly LogLine[]) => {
      for (const line of put) lines.set(`${line.at}/${line.ordinal}`, line)
    },
    putOutage: async () => {},
    prune: async () => {},
    close: async () => {},
  } as Partial<RecordStore> as RecordStore
  const database = createRecordDatabase({
    open: async () => {
      if (gate.isAway) throw new DatabaseAwayError('gone')
      return store
    },
    masternode: 1 as never,
    clock,
    onFailure: () => {},
    onBack: () => {},
  })
  void database.run(over.signal)
  const budget = createByteBudget(logRates, clock.steadyMs)
  const running = followLog(
    { streams, database, budget, clock, onFailure: () => {} },
    { target, hasEnded: () => hasEnded, reading: reading.signal },
    over.signal,
  )
  onTestFinished(async () => {
    over.abort()
    await running
  })
  return {
    clock,
    asked,
    running,
    texts: () => sorted().map(({ text }) => text),
    leave: () => reading.abort(),
    setAway: (away: boolean) => {
      gate.isAway = away
    },
  }
}
