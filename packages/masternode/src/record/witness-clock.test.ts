import { createManualClock, type Period } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import type { WitnessedMinute } from '@nexqloud/store'
import { expect, onTestFinished, test } from 'vitest'

import { createNetworkClock } from '../clock/network-clock.ts'
import { createWitnessKeeper } from './witness-keeper.ts'

const genesisTime = 1_000_000_000
const calendar = createCalendar({ genesisTime, periodSeconds: 300 })
const DAY_MS = 86_400_000

test.each([DAY_MS, -DAY_MS])(
  'a masternode whose clock is %i ms off, started at any second, witnesses the minutes of the chain and ends no period early',
  async (offMs) => {
    for (const second of [0, 20, 55, 59]) {
      const { kept, sealedBefore, pass } = setup({ second: 86_400 + second, offMs })
      await pass(500)
      const now = 86_400 / 300
      expect(kept[0]).toMatch(new RegExp(`^${now}/[1-3]$`))
      expect(kept.length).toBeGreaterThanOrEqual(4)
      expect(new Set(kept).size).toBe(kept.length)
      expect(Math.min(...sealedBefore)).toBe(now)
      expect(Math.max(...sealedBefore)).toBeLessThanOrEqual(now + 1)
    }
  },
)

test('a clock that jumps by a day and back takes no minute away, and gives none a wrong name', async () => {
  const { kept, jump, pass } = setup({ second: 0, offMs: 0 })
  await pass(100)
  jump(DAY_MS)
  await pass(150)
  jump(-DAY_MS)
  await pass(60)
  // A jump is seen and waits for a block, and the time goes on as it was.
  expect(kept).toEqual(['0/0', '0/1', '0/2', '0/3'])
})

/** A keeper that starts in that second of the network's time, and a chain that makes a block a minute. */
function setup({ second, offMs }: { readonly second: number; readonly offMs: number }) {
  const manual = createManualClock((genesisTime + second) * 1000)
  let jumpedMs = offMs
  const clock = createNetworkClock({
    clock: { ...manual, wallMs: () => manual.wallMs() + jumpedMs },
    onOff: () => {},
    onRight: () => {},
  })
  const kept: string[] = []
  const sealedBefore: Period[] = []
  const keeper = createWitnessKeeper({
    journal: {
      append: async (period: Period, { index }: WitnessedMinute) => {
        kept.push(`${period}/${index}`)
      },
      sealBefore: async (period) => {
        sealedBefore.push(period)
        return []
      },
    },
    calendar,
    clock,
    isTimeProven: () => clock.isProven(),
    onFailure: (failure) => expect.fail(String(failure)),
    onSealed: () => {},
    onProbeTurn: () => {},
  })
  const look = (): void => {
    const seconds = Math.floor(manual.wallMs() / 60_000) * 60
    clock.see({ number: BigInt(seconds), seconds }, manual.steadyMs())
  }
  const over = new AbortController()
  onTestFinished(() => over.abort())
  look()
  void keeper.run(over.signal)
  let passed = 0
  return {
    kept,
    sealedBefore,
    jump: (ms: number) => {
      jumpedMs += ms
    },
    pass: async (seconds: number) => {
      for (const until = passed + seconds; passed < until; passed += 1) {
        await manual.pass(1000)
        if (passed % 5 === 4) look()
      }
    },
  }
}
