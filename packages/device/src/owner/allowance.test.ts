import fc from 'fast-check'
import { expect, test } from 'vitest'

import { decideAllowance, YIELDED_SHARE, type Held, type OwnerScene } from './allowance.ts'
import { parseHours } from './hours.ts'
import { limitsByDefault, unlimited } from './limits.ts'

const nothing = { isDraining: false, isStopping: false, reasons: [] }

test('a machine whose owner is away works, behind its owner', () => {
  const { allowance } = decide({ limits: limitsByDefault })
  expect(allowance).toEqual({ ...nothing, state: 'works', cpuShare: 1, weight: 'low' })
})

test('one that is there for tenants alone takes no notice of others', () => {
  const { allowance } = decide({ limits: unlimited, conditions: { othersCpuPercent: 100 } })
  expect(allowance).toEqual({ ...nothing, state: 'works', cpuShare: 1, weight: 'usual' })
})

test.each([
  ['others compute', { othersCpuPercent: 25 }],
  ['somebody types', { sinceInputMs: 1000 }],
  ['it is warm', { celsius: 80 }],
])('it yields while %s', (_, conditions) => {
  const { allowance } = decide({ limits: limitsByDefault, conditions })
  expect(allowance).toMatchObject({ state: 'yields', cpuShare: YIELDED_SHARE, weight: 'least' })
  expect(allowance).toMatchObject({ isDraining: false, isStopping: false })
})

test('it yields while it is measured, whatever its owner gives, and no longer', () => {
  const { allowance, held } = decide({ limits: unlimited, isMeasured: true })
  expect(allowance).toMatchObject({ state: 'yields', isDraining: false, reasons: ['measured'] })
  expect(decide({ limits: unlimited }, held).allowance.state).toBe('works')
})

const night = parseHours('20:00-08:00') ?? []

test.each([
  ['its owner says so', { isPaused: true }, 'paused'],
  ['it is day', { limits: { hours: night }, minute: 12 * 60, soonMinute: 12 * 60 }, 'outsideHours'],
  ['it is unplugged', { limits: limitsByDefault, conditions: { batteryPercent: 80 } }, 'onBattery'],
  [
    'the battery is low',
    { limits: { batteryPercent: 40 }, conditions: { batteryPercent: 40 } },
    'onBattery',
  ],
  ['it is hot', { limits: { hotCelsius: 90 }, conditions: { celsius: 91 } }, 'hot'],
] as const)('it pauses where %s, and stops what is still there after 30 s', (_, scene, reason) => {
  const first = decide(scene)
  const paused = { state: 'pauses', isDraining: true, cpuShare: 0, reasons: [reason] }
  expect(first.allowance).toMatchObject({ ...paused, isStopping: false })
  const later = decide({ ...scene, nowMs: 30_000 }, first.held)
  expect(later.allowance).toMatchObject({ ...paused, isStopping: true })
})

test.each([
  ['volume', { limits: { volumeBytesPerMonth: 100 }, conditions: { volumeBytes: 99 } }],
  ['no volume', { limits: { volumeBytesPerMonth: 0 }, conditions: { volumeBytes: 0 } }],
  ['disk', { limits: { freeDiskBytes: 100 }, conditions: { freeDiskBytes: 99 } }],
])('of %s that is used up, nothing more is used', (_, scene) => {
  expect(decide(scene).allowance).toMatchObject({ state: 'pauses', isStopping: true })
})

test.each([
  ['its hours end', { limits: { hours: night }, minute: 475, soonMinute: 485 }, 'hoursEnding'],
  [
    'its volume ends',
    { limits: { volumeBytesPerMonth: 100 }, conditions: { volumeBytes: 95 } },
    'volumeNearlyUsed',
  ],
  [
    'memory is short',
    { limits: { memoryBytes: 100 }, conditions: { memoryBytes: 101 } },
    'memoryShort',
  ],
] as const)('it drains in time where %s', (_, scene, reason) => {
  expect(decide(scene).allowance).toMatchObject({
    state: 'works',
    isDraining: true,
    isStopping: false,
    reasons: [reason],
  })
})

test('it yields on for half a minute after its owner was active, and not longer', () => {
  const { held } = decide({ limits: limitsByDefault, conditions: { othersCpuPercent: 60 } })
  expect(decide({ limits: limitsByDefault, nowMs: 29_999 }, held).allowance.state).toBe('yields')
  expect(decide({ limits: limitsByDefault, nowMs: 30_000 }, held).allowance.state).toBe('works')
})

test('an owner who stays has the device drained after two minutes, until long after', () => {
  const seen = drainsAt(600, (second) => second < 130)
  expect(seen[0]).toBe(120)
  expect(seen.at(-1)).toBeGreaterThan(130 + 299)
  expect(seen.at(-1)).toBeLessThan(130 + 340)
})

test('one who looks in every four minutes does not', () => {
  expect(drainsAt(1200, (second) => second % 240 < 10)).toEqual([])
})

test('what is hot has to cool down by five degrees for half a minute', () => {
  const limits = { hotCelsius: 90 }
  const first = decide({ limits, conditions: { celsius: 90 } })
  const still = decide({ limits, conditions: { celsius: 85 }, nowMs: 60_000 }, first.held)
  expect(still.allowance.state).toBe('pauses')
  const cool = decide({ limits, conditions: { celsius: 84 }, nowMs: 90_000 }, still.held)
  expect(cool.allowance.state).toBe('works')
})

const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const limits = fc.record({
  cpuPercent: some(fc.integer({ min: 1, max: 100 })),
  memoryBytes: some(fc.nat(100)),
  freeDiskBytes: some(fc.nat(100)),
  volumeBytesPerMonth: some(fc.nat(100)),
  hours: some(fc.constantFrom(night, [])),
  batteryPercent: some(fc.nat(100)),
  warmCelsius: some(fc.integer({ min: 20, max: 120 })),
  hotCelsius: some(fc.integer({ min: 20, max: 120 })),
  busyPercent: some(fc.integer({ min: 1, max: 100 })),
})
const conditions = fc.record({
  othersCpuPercent: some(fc.nat(100)),
  sinceInputMs: some(fc.nat(10_000)),
  batteryPercent: some(fc.nat(100)),
  celsius: some(fc.nat(120)),
  freeDiskBytes: some(fc.nat(100)),
  memoryBytes: some(fc.nat(100)),
  volumeBytes: some(fc.nat(100)),
})
const moment = fc.record({
  conditions,
  isPaused: fc.boolean(),
  isMeasured: fc.boolean(),
  passedMs: fc.nat(400_000),
  minute: fc.nat(10_079),
  soonMinute: fc.nat(10_079),
})

test('whatever happens, no limit is passed, and each restriction has its reason', () => {
  fc.assert(
    fc.property(limits, fc.array(moment, { maxLength: 20 }), (said, moments) => {
      let held: Held = new Map()
      let nowMs = 0
      for (const { passedMs, ...now } of moments) {
        nowMs += passedMs
        const scene = { ...now, limits: said, nowMs }
        const { allowance, held: next } = decideAllowance(scene, held)
        held = next
        const { state, cpuShare, isDraining, isStopping, reasons } = allowance
        expect(cpuShare).toBeLessThanOrEqual((said.cpuPercent ?? 100) / 100)
        expect(cpuShare === 0).toBe(state === 'pauses')
        expect(reasons.length === 0).toBe(state === 'works' && !isDraining)
        if (now.isPaused) expect(state).toBe('pauses')
        if (state === 'pauses') expect(isDraining).toBe(true)
        if (isStopping) expect(state).toBe('pauses')
        const { volumeBytes = -1 } = now.conditions
        const isUsed = volumeBytes >= (said.volumeBytesPerMonth ?? Infinity)
        if (isUsed) expect(isStopping).toBe(true)
      }
    }),
  )
})

test('what does not change settles: the same moment again decides the same', () => {
  fc.assert(
    fc.property(limits, moment, (said, { passedMs, ...now }) => {
      const scene = { ...now, limits: said, nowMs: passedMs }
      const once = decideAllowance(scene)
      expect(decideAllowance(scene, once.held)).toEqual(once)
    }),
  )
})

function decide(fields: Partial<OwnerScene>, held?: Held) {
  return decideAllowance({ ...quiet, ...fields }, held)
}

const quiet: OwnerScene = {
  limits: unlimited,
  conditions: {},
  isPaused: false,
  isMeasured: false,
  nowMs: 0,
  minute: 0,
  soonMinute: 10,
}

/** Returns the seconds at which a device drains, where its owner is active at those. */
function drainsAt(seconds: number, isActive: (second: number) => boolean): readonly number[] {
  let held: Held = new Map()
  const found: number[] = []
  for (let second = 0; second < seconds; second += 1) {
    const othersCpuPercent = isActive(second) ? 90 : 0
    const scene = { limits: limitsByDefault, conditions: { othersCpuPercent } }
    const decided = decide({ ...scene, nowMs: second * 1000 }, held)
    held = decided.held
    if (decided.allowance.isDraining) found.push(second)
  }
  return found
}
