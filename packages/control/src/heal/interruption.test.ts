import fc from 'fast-check'
import { expect, test } from 'vitest'

import { annotations, DRAINING } from '../object/names.ts'
import { interruptionOf } from './interruption.ts'

const sinceMs = Date.parse('2026-01-01T00:00:00Z')
const draining = { key: DRAINING, effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' }
const drained = { spec: { taints: [draining] } }

function podThatAsks(noticeSeconds: string) {
  return { metadata: { annotations: { [annotations.noticeSeconds]: noticeSeconds } } }
}

test('a pod leaves a device that is to be empty at once, or after as long as it asks for', () => {
  expect(interruptionOf({}, drained)).toEqual({ sinceMs, atMs: sinceMs })
  expect(interruptionOf(podThatAsks('120'), drained)).toEqual({ sinceMs, atMs: sinceMs + 120_000 })
})

test('whatever a tenant writes, the device is its owner’s after two and a half minutes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String)), (asked) => {
      const { atMs = 0 } = interruptionOf(podThatAsks(asked), drained) ?? {}
      expect(atMs).toBeGreaterThanOrEqual(sinceMs)
      expect(atMs).toBeLessThanOrEqual(sinceMs + 150_000)
    }),
  )
})

test('a device that is not to be empty interrupts nobody, and one of which it is not known since when nobody later', () => {
  expect(interruptionOf(podThatAsks('120'), { spec: { taints: [] } })).toBeUndefined()
  const { timeAdded: _, ...old } = draining
  const told = interruptionOf(podThatAsks('120'), { spec: { taints: [old] } })
  expect(told).toEqual({ sinceMs: 0, atMs: 0 })
})
