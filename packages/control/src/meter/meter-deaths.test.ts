import { createSeededRandom } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { openMeterLab } from '../../test/meter-lab.ts'

test.each([1, 2, 3, 4])(
  'whatever dies when (seed %i), leases agree with what runs in the end, and none was open twice',
  async (seed) => {
    const random = createSeededRandom(seed)
    const { ledger, network, dial, cut, pass, restart, halt, failures } = await openMeterLab()
    const devices = ['device-1', 'device-2', 'device-3']
    for (const name of devices) dial(name, name)
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) await network.createInstance(name)
    const acts = [
      () => restart(),
      async () => void (ledger.isAway = !ledger.isAway),
      async () => void (ledger.losesAnswers = !ledger.losesAnswers),
      async () => cut(pick(devices)),
      async () => void dial(pick(devices), 'again'),
      () => halt(pick(names), random() % 2 === 0),
    ]
    const pick = <Of>(from: readonly Of[]): Of => from[random() % from.length]!
    for (let step = 0; step < 25; step += 1) {
      await pick(acts)()
      await pass(1 + (random() % 15))
    }
    Object.assign(ledger, { isAway: false, losesAnswers: false })
    for (const name of devices) dial(name, name)
    for (const name of names) await halt(name, false)
    await pass(90)
    expect([...ledger.leases.values()].filter(({ end }) => end === undefined)).toHaveLength(4)
    for (const name of names) await halt(name, true)
    await pass(40)
    expect([...ledger.leases.values()].filter(({ end }) => end === undefined)).toEqual([])
    const count = (what: string) => ledger.done.filter((each) => each.startsWith(what)).length
    expect(count('open')).toBe(count('close'))
    failures.length = 0
  },
)
