import { expect, test } from 'vitest'

import type { Happening } from '../object/record-event.ts'
import { createFlapGate } from './flap-gate.ts'

const minute = 60_000

test('a device that comes and goes each twenty seconds for an hour is told to flap, once', () => {
  const { gate, dark, live } = setup()
  const told: string[] = []
  for (let ms = 0; ms < 60 * minute; ms += 40_000) {
    for (const happening of [gate(dark, ms), gate(live, ms + 20_000)]) {
      if (happening !== undefined) told.push(happening.reason)
    }
  }
  const pair = ['DeviceDark', 'DeviceLive']
  expect(told).toEqual([...pair, ...pair, ...pair, ...pair, 'DeviceFlaps'])
})

test('one that flaps is told when it is lost, and as ever once it has been heard for ten minutes', () => {
  const { gate, dark, live, lost } = setup()
  for (let ms = 0; ms < 5 * minute; ms += minute) gate(dark, ms)
  expect(gate(dark, 5 * minute)).toBeUndefined()
  expect(gate(lost, 5 * minute)).toBe(lost)
  expect(gate(live, 6 * minute)).toBeUndefined()
  expect(gate(dark, 14 * minute)).toBe(dark)
  expect(gate(live, 15 * minute)).toBe(live)
})

test('one that is dark now and then is told each time, and says nothing of another one', () => {
  const { gate, dark } = setup()
  for (let hour = 0; hour < 10; hour += 1) {
    expect(gate(dark, hour * 60 * minute)).toBe(dark)
    expect(gate(dark, hour * 60 * minute, 'device-2')).toBe(dark)
  }
})

function setup() {
  const gate = createFlapGate()
  const happening = (reason: string): Happening => ({ type: 'Warning', reason, message: '' })
  const [dark, live, lost] = ['DeviceDark', 'DeviceLive', 'DeviceLost'].map(happening) as [
    Happening,
    Happening,
    Happening,
  ]
  return {
    gate: (happened: Happening, nowMs: number, device = 'device-1') =>
      gate.pass(device, happened, nowMs),
    dark,
    live,
    lost,
  }
}
