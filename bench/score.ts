import { createSeededRandom } from '@nexqloud/kernel'
import { qloudScores } from '@nexqloud/rules'

import { defineBench, median, type Case, type Result, type Sample } from './src/index.ts'

const categories = 5
const devices = 1_000_000

type Draw = (random: number) => number

/** No two devices alike, as far as 32 bits allow. */
const anyScore: Draw = (random) => random

/** 200 models share all devices, in steps of 37 points, as in a database of benchmarks. */
const modelScore: Draw = (random) => (random % 200) * 37

/**
 * The QloudScores of a million devices, against the sorting of their raw scores alone, with which a rank usually begins.
 * Only the 99 places where a class changes matter, so two to four counting passes over a column take the place of the
 * sort. Ties help the sort (its partitions end early) and hinder counting (the same counter over and over), and the last
 * bits are only looked at for them: so the case of few models is the harder one.
 */
export const bench = defineBench({
  description:
    'QloudScores of 1,000,000 devices against five Uint32Array sorts of their raw scores.',
  samples: 5,
  cases: {
    ours: scoring(anyScore),
    rival: sorting(anyScore),
    oursTied: scoring(modelScore),
    rivalTied: sorting(modelScore),
  },
  judge: ({ ours, rival, oursTied, rivalTied }) => [
    compare('QloudScores of 1,000,000 devices, 5 categories', ours, rival),
    compare('the same with 200 different raw scores', oursTied, rivalTied),
  ],
})

function scoring(draw: Draw): Case {
  return async (measure) => {
    const raw = createRaw(draw)
    const scores = await measure(() => qloudScores(raw))
    return { sum: scores.reduce((sum, score) => sum + score, 0) }
  }
}

/** Sorts in place: the rival does not pay for copies. What it sorted tells the scores' sum, after the measuring. */
function sorting(draw: Draw): Case {
  return async (measure) => {
    const raw = createRaw(draw)
    await measure(() => {
      for (const column of raw) {
        column.sort()
      }
    })
    return { sum: raw.reduce((sum, column) => sum + sumOfSorted(column), 0) }
  }
}

function createRaw(draw: Draw): readonly Uint32Array[] {
  const random = createSeededRandom(1)
  return Array.from({ length: categories }, () =>
    Uint32Array.from({ length: devices }, () => draw(random())),
  )
}

/** Returns what a sorted column adds to all scores together: 20 × the class of each device. */
function sumOfSorted(column: Uint32Array): number {
  let [sum, lower] = [0, 0]
  column.forEach((raw, place) => {
    if (raw !== column[place - 1]) lower = place
    sum += 20 * Math.max(1, Math.floor((100 * lower + devices - 1) / devices))
  })
  return sum
}

function compare(what: string, ours: readonly Sample[], rival: readonly Sample[]): Result {
  const sums = new Set([...ours, ...rival].map(({ facts }) => facts['sum']))
  if (sums.size !== 1) throw new Error(`The scores' sums differ: ${[...sums].join(', ')}.`)
  return {
    what,
    unit: 'CPU-seconds',
    ours: median(ours, (sample) => sample.cpuSeconds),
    rival: median(rival, (sample) => sample.cpuSeconds),
    goal: { figure: 'ratio', atMost: 1.0 },
  }
}
