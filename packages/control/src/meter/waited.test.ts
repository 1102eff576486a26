import { expect, test } from 'vitest'

import { openMeterLab } from '../../test/meter-lab.ts'

test('what had no device since its own was lost says how long, whoever meters by then', async () => {
  const { ledger, network, dial, cut, pass, restart } = await setup()
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(3)
  cut('device-1')
  await pass(300)
  await restart()
  await pass(300)
  dial('device-2', 'other')
  await pass(5)
  const [waited, gap] = ledger.waits[1] ?? [0, 0]
  expect(waited).toBeLessThanOrEqual(gap)
  expect(waited).toBeGreaterThanOrEqual(gap - 5)
  expect(gap).toBeGreaterThan(500)
})

test('who halts it while it waits was not waiting', async () => {
  const { waited, network, dial, cut, pass, halt } = await setup()
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(3)
  cut('device-1')
  await pass(60)
  await halt('web', true)
  await pass(300)
  await halt('web', false)
  dial('device-2', 'other')
  await pass(5)
  expect(waited()).toEqual([0, 0])
})

test('who stops it and starts it again was not waiting, also after a device was lost before', async () => {
  const { waited, network, dial, cut, pass, halt, deviceOf } = await setup()
  for (const name of ['device-1', 'device-2']) dial(name, name)
  await network.createInstance('web')
  await pass(3)
  cut(await deviceOf('web'))
  await pass(60)
  await halt('web', true)
  await pass(300)
  await halt('web', false)
  await pass(5)
  expect(waited()).toEqual([0, expect.any(Number), 0])
})

test('a lease that was closed for want of money opens again without a wait', async () => {
  const { waited, network, dial, cut, pass, money, deviceOf } = await setup()
  for (const name of ['device-1', 'device-2']) dial(name, name)
  await network.createInstance('web')
  await pass(3)
  cut(await deviceOf('web'))
  await pass(120)
  money.deposited = 0n
  await pass(300)
  money.deposited = 10n ** 18n
  await pass(90)
  expect(waited().slice(2)).toEqual([0])
})

async function setup() {
  const lab = await openMeterLab()
  return {
    ...lab,
    deviceOf: async (name: string) =>
      (await lab.pod(name, ({ spec }) => spec?.nodeName !== undefined)).spec?.nodeName ?? '',
    /** What openings said. */
    waited: () => lab.ledger.waits.map(([waited]) => waited),
  }
}
