import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { account, openMeterLab } from '../../test/meter-lab.ts'
import { annotations } from '../object/names.ts'

/** What an instance of the lab costs: wei a second. */
const RATE = 32_000n
const BUFFER = RATE * 60n

test('a tenant is told a day and an hour before an account runs dry, once each, and again after a top-up', async () => {
  const { money, network, dial, pass, client, notices } = await openMeterLab()
  const webhook = 'https://example.com/'
  const body = { metadata: { annotations: { [annotations.webhook]: webhook } } }
  await client.patch(kinds.namespaces, { name: 'default' }, { type: 'merge', body })
  const told = async () => {
    const { items } = await client.list(kinds.events, { namespace: 'default' })
    return items.filter(({ reason }) => reason === 'RunwayShort')
  }
  dial('device-1', 'owner')
  await network.createInstance('web')
  money.deposited = 2n * BUFFER + 3700n * RATE
  await pass(30)
  expect(await told()).toMatchObject([
    { involvedObject: { kind: 'Namespace', name: 'default' }, type: 'Warning' },
  ])
  await pass(250)
  expect(await told()).toHaveLength(2)
  money.deposited = 100_000n * RATE
  await pass(70)
  expect(await told()).toHaveLength(2)
  money.deposited = 3900n * RATE
  await pass(130)
  expect(await told()).toHaveLength(3)
  expect(notices).toHaveLength(3)
  expect(notices[0]).toEqual([
    webhook,
    {
      type: 'runway.short',
      timestamp: expect.any(String),
      data: {
        namespace: 'default',
        account,
        paidUntil: expect.any(String),
        message: expect.stringContaining('pays for what runs here until'),
      },
    },
  ])
  const { metadata } = await client.get(kinds.namespaces, { name: 'default' })
  expect(metadata?.annotations).toMatchObject({
    [annotations.account]: account,
    [annotations.paidUntil]: expect.stringMatching(/^1970-01-01T01:/),
  })
})
