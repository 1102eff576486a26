import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { takeMeasurement, type MeasuredScores } from '@nexqloud/device'
import { parseDeviceId, systemClock } from '@nexqloud/kernel'
import { differenceOf, findSharers } from '@nexqloud/rules'

import { openLocalProbe } from './measurement/local-probe.ts'
import { defineBench, median, type Case, type Facts, type Sample } from './src/index.ts'

const AGENTS = 10
/** As on a local network, less the way to the chain. */
const MEASURE_MS = 50_000
const categories = ['cpu', 'memoryScore', 'storageScore', 'isp'] as const

/**
 * This machine measured twice, as a masternode measures a device, with what it does besides going on; and ten agents on it, measured in
 * the same seconds, beside one alone.
 */
export const bench = defineBench({
  description: `This machine measured twice; ${AGENTS} agents on it at once beside one alone.`,
  samples: 1,
  cases: { twice: measureTwice(), ten: measureTen() },
  judge: ({ twice, ten }) => {
    const fact = (samples: readonly Sample[], name: string) =>
      median(samples, ({ facts }) => Number(facts[name]))
    return [
      ...categories.map((category) => ({
        what: `difference of two measurements: ${category}`,
        unit: '%',
        ours: fact(twice, category),
        goal: { figure: 'ours', atMost: 10 } as const,
      })),
      {
        what: 'time of a measurement',
        unit: 's',
        ours: fact(twice, 'seconds'),
        goal: { figure: 'ours', atMost: 60 } as const,
      },
      {
        what: `CPU of the least fallen of ${AGENTS} agents, measured together, beside one alone`,
        unit: '%',
        ours: fact(ten, 'mostPercent'),
        goal: { figure: 'ours', atMost: 80 } as const,
      },
      {
        what: `of ${AGENTS} agents on one machine, found by the rule`,
        unit: 'agents',
        ours: fact(ten, 'found'),
        goal: { figure: 'ours', atLeast: AGENTS } as const,
      },
    ]
  },
})

function measureTwice(): Case {
  return async (measure): Promise<Facts> => {
    const beganMs = performance.now()
    const [first, second] = await measure(async () => [await measureHere(1), await measureHere(1)])
    const seconds = (performance.now() - beganMs) / 2000
    const percents = categories.map((category) => {
      const difference = differenceOf(first[category], second[category])
      return [category, 100 * difference] as const
    })
    return { ...Object.fromEntries(percents), seconds }
  }
}

function measureTen(): Case {
  return async (measure): Promise<Facts> => {
    const alone = await measureHere(1)
    const together = await measure(() =>
      Promise.all(Array.from({ length: AGENTS }, (_, at) => measureHere(at + 1, true))),
    )
    const measured = together.map(({ cpu }, at) => {
      return { device: parseDeviceId(at + 1), alone: alone.cpu, together: cpu }
    })
    const most = Math.max(...measured.map((one) => one.together))
    return { found: findSharers(measured).length, mostPercent: (100 * most) / alone.cpu }
  }
}

async function measureHere(device: number, isTogether = false): Promise<MeasuredScores> {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-measurement-'))
  try {
    await using probe = await openLocalProbe(folder)
    const createNonce = () => `0x${randomBytes(32).toString('hex')}` as const
    const untilMs = systemClock.steadyMs() + MEASURE_MS
    const random = Math.random
    const how = { probe, device, isTogether, takesImitated: false, untilMs, createNonce, random }
    const outcome = await takeMeasurement(
      { ...how, clock: systemClock },
      new AbortController().signal,
    )
    if (outcome.kind === 'forged') throw new Error(`${outcome.part}: ${outcome.forgery}`)
    return outcome.scores
  } finally {
    rmSync(folder, { recursive: true })
  }
}
