import { createMemoryMachine, type ContainerId } from '@nexqloud/engine'
import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { holdEngine } from './hold-engine.ts'
import { limitsByDefault, unlimited } from './limits.ts'
import { OwnerMinder, type OwnerWishes } from './owner-minder.ts'
import { createMemoryOwnerSigns } from './owner-signs.ts'
import { createOwnerStanding } from './owner-standing.ts'
import { createMemoryTenantGroup } from './tenant-group.ts'

test('an owner who becomes active has the CPU within a second, and tenants have it back half a minute later', async () => {
  const { clock, group, signs } = await setup()
  expect(group.given()).toMatchObject({ cpuShare: 1, weight: 'low' })
  signs.show({ othersCpuPercent: 40 })
  await clock.pass(500)
  expect(group.given()).toMatchObject({ cpuShare: 0.1, weight: 'least' })
  signs.show({ othersCpuPercent: 0 })
  await clock.pass(29_000)
  expect(group.given()?.cpuShare).toBe(0.1)
  await clock.pass(1000)
  expect(group.given()?.cpuShare).toBe(1)
})

test('tenants yield to a measurement within half a second, and have all back when it is over', async () => {
  const { clock, group, minder } = await setup()
  for (let round = 0; round < 5; round += 1) {
    minder.yieldToMeasurement()
    await clock.pass(500)
    expect(group.given()).toMatchObject({ cpuShare: 0.1, weight: 'least' })
  }
  await clock.pass(1500)
  expect(group.given()).toMatchObject({ cpuShare: 1 })
})

test('a wish is followed within a second', async () => {
  const { clock, group, say, standing } = await setup()
  say({ limits: { cpuPercent: 50, memoryBytes: 7 }, isPaused: false })
  await clock.pass(1000)
  expect(group.given()).toMatchObject({ cpuShare: 0.5, memoryBytes: 7, weight: 'usual' })
  say({ limits: unlimited, isPaused: true })
  await clock.pass(1000)
  expect(standing.now().allowance).toMatchObject({ state: 'pauses', isStopping: false })
  expect(group.given()?.cpuShare).toBe(0)
  await clock.pass(30_000)
  expect(standing.now().allowance).toMatchObject({ isStopping: true, reasons: ['paused'] })
})

test('wishes that cannot be read are as they were, and are told', async () => {
  const { clock, group, say, faults } = await setup()
  say({ limits: unlimited, isPaused: true })
  await clock.pass(1000)
  say(new Error('The disk is broken.'))
  await clock.pass(1000)
  expect(group.given()?.cpuShare).toBe(0)
  expect(faults).toHaveLength(1)
})

test('what went through the network counts', async () => {
  const { clock, say, standing, pass } = await setup()
  say({ limits: { volumeBytesPerMonth: 1000 }, isPaused: false })
  pass(990)
  await clock.pass(1000)
  expect(standing.now().allowance).toMatchObject({
    isStopping: true,
    reasons: ['volumeUsed', 'volumeNearlyUsed'],
  })
})

test('tenants whom nobody minds any more have what is left while the owner is active', async () => {
  const { group, stop } = await setup()
  await stop()
  expect(group.given()).toMatchObject({ cpuShare: 0.1, weight: 'least' })
})

test('what is started is held at once, not at the next look', async () => {
  const { group, minder } = await setup()
  const engine = createMemoryMachine({ clock: createManualClock(0), registry: [] }).engine('device')
  const started: ContainerId[] = []
  const held = holdEngine(
    { ...engine, startContainer: async (id) => void started.push(id) },
    minder,
  )
  group.give({ cpuShare: 1, weight: 'usual' })
  await held.startContainer('1' as ContainerId)
  expect(started).toEqual(['1'])
  expect(group.given()).toMatchObject({ cpuShare: 1, weight: 'low' })
})

test('on a machine that is there for them alone they keep what they have', async () => {
  const { clock, group, say, stop } = await setup()
  say({ limits: unlimited, isPaused: false })
  await clock.pass(1000)
  await stop()
  expect(group.given()).toMatchObject({ cpuShare: 1, weight: 'usual' })
})

async function setup() {
  const clock = createManualClock(0)
  const [signs, group] = [createMemoryOwnerSigns(), createMemoryTenantGroup()]
  const standing = createOwnerStanding()
  const faults: unknown[] = []
  let said: OwnerWishes | Error = { limits: limitsByDefault, isPaused: false }
  let volume = 0
  const minder = new OwnerMinder({
    clock,
    signs,
    group,
    standing,
    readWishes: async () => {
      if (said instanceof Error) throw said
      return said
    },
    countVolume: async () => volume,
    onLook: () => {},
    onFault: (fault) => faults.push(fault),
  })
  const abort = new AbortController()
  const done = minder.run(abort.signal)
  await clock.pass(0)
  return {
    minder,
    clock,
    signs,
    group,
    standing,
    faults,
    say: (next: OwnerWishes | Error) => {
      said = next
    },
    pass: (bytes: number) => {
      volume += bytes
    },
    stop: async () => {
      abort.abort()
      await clock.pass(0)
      await done
    },
  }
}
