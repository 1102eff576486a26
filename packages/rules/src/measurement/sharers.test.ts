import { createSeededRandom, parseDeviceId, type DeviceId } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  confirmSharers,
  findSharers,
  lowerScores,
  REPEATABLE,
  shareScores,
  type TwoScores,
} from '../index.ts'

const share = fc.double({ min: 0, max: REPEATABLE, noNaN: true })
const score = fc.integer({ min: 1000, max: 2 ** 31 })

test('of devices that measure what they have, within a tenth, none is found', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(score, share, share)), (machines) => {
      const measured = machines.map(([true_, one, other], at) =>
        create(at + 1, true_ * (1 - one), true_ * (1 - other)),
      )
      expect(findSharers(measured)).toEqual([])
    }),
  )
})

const sharedMachine = fc.record({
  agents: fc.integer({ min: 2, max: 50 }),
  cpus: fc.integer({ min: 1, max: 128 }),
  machine: score,
  noise: fc.array(fc.tuple(share, share), { minLength: 50, maxLength: 50 }),
})

test('devices that share a machine are found, two as well as ten, and nobody beside them', () => {
  fc.assert(
    fc.property(sharedMachine, ({ agents, cpus, machine, noise }) => {
      const others = [agents + 1, agents + 2].map((id) => create(id, machine, machine))
      const sharing = Array.from({ length: agents }, (_, at) => {
        const [one = 0, other = 0] = noise[at] ?? []
        const part = Math.sqrt(Math.min(1, cpus / agents) / agents)
        return create(at + 1, machine * (1 - one), machine * part * (1 - other))
      })
      const found = findSharers([...others, ...sharing])
      expect(found).toEqual(sharing.map(({ device }) => device))
      expect(confirmSharers(found, found)).toEqual(found)
    }),
  )
})

test('one that falls alone shares its machine with nobody, and once is not enough', () => {
  const measured = [create(1, 1000, 100), create(2, 1000, 990), create(3, 0, 0)]
  expect(findSharers(measured.slice(0, 2))).toEqual([])
  const [one, two, three] = [1, 2, 3].map(parseDeviceId)
  expect(confirmSharers([one!, two!], [two!, three!])).toEqual([])
  expect(confirmSharers([], [one!, two!])).toEqual([])
  expect(confirmSharers([one!, two!, three!], [one!, three!])).toEqual([one, three])
})

test('who was not there when the others began has what one machine would leave it, and looks as one with them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), score, share, (devices, machine, noise) => {
      const measured = Array.from({ length: devices }, (_, at) => {
        const { cpu } = shareScores({ cpu: machine * (1 - noise) }, devices)
        expect(BigInt(cpu) ** 2n * BigInt(devices)).toBeLessThanOrEqual(BigInt(machine) ** 2n)
        return create(at + 1, machine, cpu)
      })
      expect(findSharers(measured)).toHaveLength(devices)
    }),
  )
  expect(shareScores({ cpu: 1000, isp: 0 }, 2)).toEqual({ cpu: 707, isp: 0 })
  expect(shareScores({ cpu: 1000 }, 1)).toEqual({ cpu: 1000 })
})

test.each([2, 3, 10, 50])(
  'of %i agents on one machine that take turns at being there, two at most count as the whole machine',
  (agents) => {
    const whole = 10_000
    const { cpu: part } = shareScores({ cpu: whole }, agents)
    const counted = Array.from({ length: agents }, () => ({ cpu: whole }))
    const offered = Array.from({ length: agents }, () => ({ cpu: whole }))
    const full: number[] = []
    for (let round = 0; round < 4 * agents; round += 1) {
      for (let agent = 0; agent < agents; agent += 1) {
        const now = { cpu: round % agents === agent ? whole : part }
        const fallen = lowerScores(counted[agent] ?? now, offered[agent] ?? now, now)
        // What is higher its owner accepts.
        counted[agent] = now.cpu === whole ? now : fallen
        offered[agent] = now
      }
      full.push(counted.filter(({ cpu }) => cpu === whole).length)
    }
    expect(Math.max(...full.slice(1))).toBe(2)
  },
)

test.each([
  { devices: 2, once: 0.0036, twice: 0.000_013 },
  { devices: 10, once: 0.12, twice: 0.000_58 },
])(
  'the false alarms of $devices honest devices are as stated, where one in ten is busy',
  ({ devices, once, twice }) => {
    const next = createSeededRandom(7)
    const random = (): number => next() / 2 ** 32
    let [foundOnce, foundTwice] = [0, 0]
    const rounds = 100_000
    for (let round = 0; round < rounds; round += 1) {
      const [before, now] = [measureHonestly(devices, random), measureHonestly(devices, random)]
      if (findSharers(before).length > 0) foundOnce += 1
      if (confirmSharers(findSharers(before), findSharers(now)).length > 0) foundTwice += 1
    }
    expect(foundOnce / rounds).toBeGreaterThan(once * 0.8)
    expect(foundOnce / rounds).toBeLessThan(once * 1.2)
    // Some dozens at most are found.
    expect(foundTwice / rounds).toBeLessThan(twice * 1.5 + 0.000_03)
  },
)

/**
 * The noise that is stated: a machine loses up to a tenth in a measurement, and one in ten, which its owner works with just then, up to
 * three fifths.
 */
function measureHonestly(devices: number, random: () => number): readonly TwoScores[] {
  return Array.from({ length: devices }, (_, at) => {
    const most = random() < 0.1 ? 0.6 : REPEATABLE
    return create(at + 1, 1 - REPEATABLE * random(), 1 - most * random())
  })
}

function create(device: number, alone: number, together: number): TwoScores & { device: DeviceId } {
  return { device: parseDeviceId(device), alone, together }
}
