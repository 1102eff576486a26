import {
  createInstanceKey,
  createManualClock,
  parseAddress,
  parseDeviceId,
  parsePeriod,
  type Period,
} from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import type { SealedFile, WitnessedMinute } from '@nexqloud/store'
import { expect, onTestFinished, test } from 'vitest'

import type { ProbeSign } from './probe-event.ts'
import { createWitnessKeeper } from './witness-keeper.ts'

const genesisTime = 1_000_000_000
const calendar = createCalendar({ genesisTime, periodSeconds: 300 })
const device = parseDeviceId(7)
const instance = createInstanceKey(parseAddress(`0x${'a'.repeat(40)}`), 1n)
const pod = { uid: 'u', namespace: 'default', name: 'web', instance }

test('a minute is kept once it is decided, and the one that the keeper began in is not', async () => {
  const { kept, beat, startKeeper } = setup(30)
  startKeeper()
  await beat(30 + 60 + 11)
  expect(kept).toEqual([])
  await beat(2)
  expect(kept).toEqual([
    [parsePeriod(0), { index: 1, devices: [device], runs: [{ instance, device, seconds: 60 }] }],
  ])
})

test('a period is sealed when its last minute is kept', async () => {
  const { kept, sealedBefore, beat, startKeeper } = setup()
  startKeeper()
  await beat(300 + 13)
  expect(kept.map(([period, { index }]) => [period, index])).toEqual(
    [0, 1, 2, 3, 4].map((index) => [0, index]),
  )
  expect(sealedBefore.at(-2)).toBe(0)
  expect(sealedBefore.at(-1)).toBe(1)
})

test('whose time is proven seals what is over when it is decided, also where it witnessed none of its last minute', async () => {
  const { kept, sealedBefore, beat, startKeeper } = setup(290, true)
  startKeeper()
  await beat(10 + 11)
  expect(sealedBefore).not.toContain(1)
  await beat(2)
  expect([kept, sealedBefore.at(-1)]).toEqual([[], 1])
  const seals = sealedBefore.length
  await beat(30)
  expect(sealedBefore).toHaveLength(seals)
})

test('a process that was held up for ten seconds was not up in the minutes of that', async () => {
  const { kept, beat, startKeeper, hold } = setup()
  startKeeper()
  await beat(110)
  hold(20_000)
  await beat(125)
  expect(kept.map(([, { index }]) => index)).toEqual([0, 3])
})

test('a clock that jumps ends what was being witnessed, and no minute is told twice', async () => {
  const { kept, beat, startKeeper, jump } = setup()
  startKeeper()
  await beat(80)
  expect(kept.map(([, { index }]) => index)).toEqual([0])
  jump(-70_000)
  await beat(150)
  jump(86_400_000)
  await beat(150)
  const minutes = kept.map(([period, { index }]) => `${period}/${index}`)
  // After the first jump it is second 10: minute 0 was begun late, 1 is whole. The second one leads to second 160 of a day later.
  expect(minutes).toEqual(['0/0', '0/1', '288/3'])
})

test('before genesis nothing is witnessed, and nothing fails', async () => {
  const { kept, failures, beat, startKeeper } = setup(-100)
  startKeeper()
  await beat(100 + 75)
  expect(kept.map(([period, { index }]) => [period, index])).toEqual([[0, 0]])
  expect(failures).toEqual([])
})

test('what was decided at the end is kept, and a minute that cannot be kept harms no other one', async () => {
  const { kept, failures, beat, startKeeper, breakDisk } = setup()
  const { stop } = startKeeper()
  breakDisk(true)
  await beat(75)
  breakDisk(false)
  await beat(48)
  await stop()
  expect(failures).toHaveLength(1)
  expect(kept.map(([, { index }]) => index)).toEqual([1])
})

test('what a probe does not find running is not witnessed, and each turn of that is told once', async () => {
  const { kept, turns, probe, beat, startKeeper } = setup()
  startKeeper()
  await beat(20)
  probe('lives')
  await beat(20)
  probe('held')
  await beat(5)
  probe('silent')
  await beat(5)
  probe('lives')
  await beat(10 + 12)
  expect(kept.map(([, { runs }]) => runs)).toEqual([[{ instance, device, seconds: 30 }]])
  expect(turns).toEqual(['device-7/u held', 'device-7/u lives'])
})

function setup(startSeconds = 0, isProven = false) {
  const manual = createManualClock((genesisTime + startSeconds) * 1000)
  let [wallMs, heldMs, isBroken] = [0, 0, false]
  const clock = {
    ...manual,
    wallMs: () => manual.wallMs() + wallMs + heldMs,
    steadyMs: () => manual.steadyMs() + heldMs,
  }
  const kept: [Period, WitnessedMinute][] = []
  const sealedBefore: Period[] = []
  const failures: unknown[] = []
  const turns: string[] = []
  const journal = {
    append: async (period: Period, minute: WitnessedMinute) => {
      if (isBroken) throw new Error('The disk is full.')
      kept.push([period, minute])
    },
    sealBefore: async (period: Period): Promise<readonly SealedFile[]> => {
      sealedBefore.push(period)
      return []
    },
  }
  const keeper = createWitnessKeeper({
    journal,
    calendar,
    clock,
    isTimeProven: () => isProven,
    onFailure: (failure) => failures.push(failure),
    onSealed: () => {},
    onProbeTurn: ({ device: name, pod: { uid }, sign }) => turns.push(`${name}/${uid} ${sign}`),
  })
  return {
    kept,
    sealedBefore,
    failures,
    turns,
    probe: (sign: ProbeSign) => {
      for (const name of ['device-7', 'no device']) keeper.probed(name, pod, sign)
    },
    startKeeper: () => {
      const over = new AbortController()
      const running = keeper.run(over.signal)
      onTestFinished(() => over.abort())
      keeper.reported('device-7', pod, true)
      return {
        stop: async () => {
          over.abort()
          await running
        },
      }
    },
    /** Lets seconds pass, in which the device says that it lives and what it runs. */
    beat: async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        keeper.heard('device-7', clock.steadyMs())
        keeper.heard('no device', clock.steadyMs())
        keeper.reported('device-7', pod, true)
        await manual.pass(1000)
      }
    },
    /** Lets time pass in which this process does nothing. */
    hold: (ms: number) => {
      heldMs += ms
    },
    jump: (ms: number) => {
      wallMs += ms
    },
    breakDisk: (isNow: boolean) => {
      isBroken = isNow
    },
  }
}
