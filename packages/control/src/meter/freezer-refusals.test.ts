import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { expect, onTestFinished, test } from 'vitest'

import { openMeterLab } from '../../test/meter-lab.ts'

/** What an instance of the lab costs: wei a second. */
const RATE = 32_000n

test('an instance that the API lets nobody freeze keeps no other one of its account running', async () => {
  const { client, money, network, dial, pass, frozen, failures } = await openMeterLab()
  money.deposited = 0n
  dial('device-1', 'owner')
  for (const name of ['a', 'b', 'c']) await network.createInstance(name)
  await pass(20)
  refuse(client, ({ name, subresource }) => name === 'b' && subresource === 'status')
  await pass(60)
  expect(await frozen()).toEqual(['a', 'c'])
  expect(failures.length).toBeGreaterThan(0)
  failures.length = 0
})

test('where nothing can be written down of a runway, what is not paid for stops all the same', async () => {
  const { client, money, network, dial, pass, frozen, failures } = await openMeterLab()
  money.deposited = 90n * RATE
  dial('device-1', 'owner')
  await network.createInstance('web')
  refuse(client, ({ name }, body) => name === 'default' && JSON.stringify(body).includes('paid'))
  await pass(100)
  expect(await frozen()).toEqual(['web'])
  expect(failures.length).toBeGreaterThan(0)
  failures.length = 0
})

const tooLarge = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  code: 413,
  reason: 'RequestEntityTooLarge',
  message: 'Too large.',
} as const

type Patch = KubeClient['patch']

/** Has the API refuse what is to be patched in some objects. */
function refuse(
  client: KubeClient,
  isRefused: (object: Parameters<Patch>[1], body: unknown) => boolean,
): void {
  const open = client as { patch: Patch }
  const { patch } = open
  onTestFinished(() => void (open.patch = patch))
  open.patch = (async (...args: Parameters<Patch>) => {
    const [kind, object, { body }] = args
    if (kind !== kinds.pods && isRefused(object, body)) {
      throw new StatusError(tooLarge)
    }
    return patch(...args)
  }) as Patch
}
