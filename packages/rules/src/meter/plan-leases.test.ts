import { createInstanceKey, parseAddress, parseDeviceId, type InstanceKey } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { planLeases, type LastLease, type PlacedInstance } from './plan-leases.ts'

const tenant = parseAddress(`0x${'a'.repeat(40)}`)
const web = createInstanceKey(tenant, 1n)
const [first, second] = [parseDeviceId(1), parseDeviceId(2)]
const tooSmall = new Set([1])
const where = { instance: web, device: first, kind: 2, tooSmall }
const placed = { ...where, madeAt: 100, readySince: 110, waits: [] }
const open: LastLease = { token: 4n, device: first, kind: 2, startedAt: 110, end: undefined }

const plan = (now: readonly PlacedInstance[], last?: LastLease, earliestStart = 0) =>
  planLeases(now, new Map(last && [[web, last]]), earliestStart)

const nothing = { closings: [], openings: [] }
const opening = { instance: web, token: 1n, device: first, kind: 2, startedAt: 110, waited: 0 }
const closing = { instance: web, token: 4n }

test('a lease opens when its pod was ready, with the first token', () => {
  expect(plan([placed])).toEqual({ closings: [], openings: [opening] })
})

test('nothing is opened while an image is still brought', () => {
  expect(plan([{ ...placed, readySince: undefined }])).toEqual(nothing)
})

test('one that is open stays, also while its pod fails the check of its tenant', () => {
  expect(plan([placed], open)).toEqual(nothing)
  expect(plan([{ ...placed, readySince: undefined }], open)).toEqual(nothing)
})

test('one whose pod is gone is closed', () => {
  expect(plan([], open)).toEqual({ closings: [closing], openings: [] })
})

test('one whose instance runs elsewhere is closed, and opened once that is done', () => {
  const moved = { ...placed, device: second, madeAt: 200, readySince: 210 }
  expect(plan([moved], open)).toEqual({ closings: [closing], openings: [] })
  expect(plan([moved], { ...open, end: 215 }).openings).toEqual([
    { ...opening, token: 5n, device: second, startedAt: 215 },
  ])
})

test('a new pod on the same device is another lease', () => {
  expect(plan([{ ...placed, madeAt: 300, readySince: 310 }], open).closings).toEqual([closing])
})

test('one of a kind that does not hold it is not its, and one of another kind that does stays', () => {
  expect(plan([placed], { ...open, kind: 1 })).toEqual({ closings: [closing], openings: [] })
  expect(plan([placed], { ...open, kind: 3 })).toEqual(nothing)
})

test('an API whose clock is ahead closes nothing that has just been opened', () => {
  expect(plan([{ ...placed, madeAt: 150 }], open)).toEqual(nothing)
})

test('the start is the true one as far as the contract takes it', () => {
  expect(plan([placed], undefined, 150).openings).toMatchObject([{ startedAt: 150 }])
  expect(plan([placed], undefined, 90).openings).toMatchObject([{ startedAt: 110 }])
})

test('an opening says how much of the time since the last lease its instance waited', () => {
  const moved = { ...placed, device: second, madeAt: 200, readySince: 260 }
  const waitedOf = (waits: PlacedInstance['waits'], last?: LastLease) =>
    plan([{ ...moved, waits }], last).openings.map(({ waited }) => waited)
  const last = { ...open, end: 220 }
  expect(waitedOf([{ from: 200, to: 240 }], last)).toEqual([20])
  expect(waitedOf([{ from: 230, to: 300 }], last)).toEqual([30])
  expect(waitedOf([{ from: 100, to: 210 }], last)).toEqual([0])
  expect(waitedOf([{ from: 200, to: 240 }], undefined)).toEqual([0])
})

test('an instance never waited longer than it had no lease, however often that is said', () => {
  const moment = fc.nat(500)
  const wait = fc.tuple(moment, moment).map(([from, to]) => ({ from, to }))
  fc.assert(
    fc.property(fc.array(wait), fc.integer({ min: 110, max: 260 }), (waits, end) => {
      const moved = { ...placed, device: second, madeAt: 200, readySince: 260, waits }
      const waited = plan([moved], { ...open, end }).openings[0]!.waited
      const isIn = (at: number) => waits.some(({ from, to }) => from <= at && at < to)
      const seconds = Array.from({ length: 260 - end }, (_, at) => end + at).filter(isIn)
      expect(waited).toBe(seconds.length)
    }),
  )
})

test('whatever happens, a few looks make the chain agree with what runs, and nothing is open twice or for ever', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
      const world = createWorld()
      for (const each of happenings) world.let(each)
      for (let settle = 0; settle < 3; settle += 1) world.look()
      const { pod, last } = world.now()
      const isOpen = last !== undefined && last.end === undefined
      if (pod?.readySince !== undefined) expect(isOpen).toBe(true)
      if (isOpen) expect(last.device).toBe(pod?.device)
    }),
  )
})

/** What becomes of an instance, and whether the meter looks then. */
const happening = fc.record({
  device: fc.constantFrom(first, second, undefined),
  isReady: fc.boolean(),
  isSeen: fc.boolean(),
})

type Happening = typeof happening extends fc.Arbitrary<infer Of> ? Of : never

/** An instance, and a chain that is as strict as the contract. */
function createWorld() {
  const chain = new Map<InstanceKey, LastLease>()
  let pod: PlacedInstance | undefined
  let now = 1000

  function look(): void {
    now += 1
    const { closings, openings } = planLeases(pod ? [pod] : [], chain, now - 60)
    for (const { instance, token } of closings) {
      expect(chain.get(instance)).toMatchObject({ token, end: undefined })
      chain.set(instance, { ...chain.get(instance)!, end: now })
    }
    for (const { instance, token, device, kind, startedAt } of openings) {
      const last = chain.get(instance)
      expect(last).not.toMatchObject({ end: undefined })
      expect(token).toBe((last?.token ?? 0n) + 1n)
      expect(startedAt).toBeGreaterThanOrEqual(Math.max(last?.end ?? 0, pod?.madeAt ?? now))
      expect(startedAt).toBeLessThanOrEqual(now)
      chain.set(instance, { token, device, kind, startedAt, end: undefined })
    }
  }

  function place({ device, isReady }: Happening): PlacedInstance | undefined {
    if (device === undefined) return undefined
    const before = pod?.device === device ? pod : undefined
    const readySince = before?.readySince ?? (isReady ? now : undefined)
    return { ...placed, device, madeAt: before?.madeAt ?? now, readySince }
  }

  return {
    look,
    let: (each: Happening) => {
      now += 5
      pod = place(each)
      if (each.isSeen) look()
    },
    now: () => ({ pod, last: chain.get(web) }),
  }
}
